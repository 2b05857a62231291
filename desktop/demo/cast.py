"""Who plays in the story, and the customer it is about."""

from desktop.demo.stage import Person

TEAM = "教育事业部"
MANAGER = Person("林主管", "story-manager", "Story-2026-m", "manager")
REP_A = Person("陈小北", "story-rep-a", "Story-2026-a", "rep")
REP_B = Person("周行", "story-rep-b", "Story-2026-b", "rep")
CAST = (MANAGER, REP_A, REP_B)

CUSTOMER = {
    "name": "林美玲",
    "kind": "person",
    "state": "prospect",
    "level": "B",
    "city": "南京",
    "phone": "138 0000 4826",
    "address": "江宁区天元东路 16 号",
}
CONTACT = {"name": "林美玲", "title": "女士", "phone": "138 0000 4826", "part": "parent"}

SPOKEN = "记录林女士咨询雅思基础班，预算一万八，关注上课时间，明天下午给她发课程介绍。"
"""What the recording says; typed instead where there is no speech model."""

ADDRESS_A = "江宁区天元东路 18 号 2 栋"
ADDRESS_B = "江宁区天元东路 18 号 3 栋 501"
