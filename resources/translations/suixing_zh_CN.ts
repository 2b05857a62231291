<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en_US">
<context>
    <name>BoardPage</name>
    <message>
        <source>Team board</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} days</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Visits per rep</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>First response per rep (median)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Overdue leads by stage</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nobody</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Computing…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As of {0} · every figure opens its records</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Brand</name>
    <message>
        <source>Suixing</source>
        <translation>随行</translation>
    </message>
</context>
<context>
    <name>CommandPalette</name>
    <message>
        <source>Find a customer, go somewhere, do something…</source>
        <translation>查找客户、前往页面或执行操作…</translation>
    </message>
    <message>
        <source>Command palette</source>
        <translation>命令面板</translation>
    </message>
    <message>
        <source>Results</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>Nothing found. Try pinyin initials or the last four digits.</source>
        <translation>没有找到。试试拼音首字母或手机号后四位。</translation>
    </message>
    <message>
        <source>↑↓ choose   Enter open   Esc close</source>
        <translation>↑↓ 选择   Enter 打开   Esc 关闭</translation>
    </message>
</context>
<context>
    <name>ConflictCard</name>
    <message>
        <source>Mine</source>
        <translation>我的</translation>
    </message>
    <message>
        <source>Theirs</source>
        <translation>对方的</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>修改前</translation>
    </message>
    <message>
        <source>Put this back</source>
        <translation>改用这个</translation>
    </message>
    <message>
        <source>In the record now</source>
        <translation>当前采用</translation>
    </message>
    <message>
        <source>Leave as it is</source>
        <translation>保持现状</translation>
    </message>
    <message>
        <source>Conflict in {0} of {1}</source>
        <translation>{1}的「{0}」有冲突</translation>
    </message>
</context>
<context>
    <name>ConflictEntry</name>
    <message>
        <source>Edit…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>History of this field</source>
        <translation type="unfinished">这个字段的修改历史</translation>
    </message>
    <message>
        <source>1 mine   ·   2 theirs   ·   E edit   ·   D leave   ·   ↑↓</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>(deleted)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>(empty)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished">取消</translation>
    </message>
</context>
<context>
    <name>ContactCard</name>
    <message>
        <source>Copy the number of {0} (Space)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Contacts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nobody yet. Add the person you talk to.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>CustomerPage</name>
    <message>
        <source>Log a visit</source>
        <translation type="unfinished">记录拜访</translation>
    </message>
    <message>
        <source>Copy the number without spaces ({0})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy the phone number</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open tasks of {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Contacts of {0}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>DateLine</name>
    <message>
        <source>Pick a date</source>
        <translation>选择日期</translation>
    </message>
</context>
<context>
    <name>FieldRow</name>
    <message>
        <source>History of this field</source>
        <translation>这个字段的修改历史</translation>
    </message>
</context>
<context>
    <name>FollowUpFields</name>
    <message>
        <source>Follow-up</source>
        <translation>跟进动作</translation>
    </message>
    <message>
        <source>Made from the note</source>
        <translation>根据笔记自动生成</translation>
    </message>
</context>
<context>
    <name>HistoryPanel</name>
    <message>
        <source>Close (Esc)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No earlier versions</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As soon as someone changes this field, every value it had is kept here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>History of “{0}”</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n version(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>↑ ↓ to choose, Enter restores, Esc closes</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>InlineField</name>
    <message>
        <source>Changed elsewhere just now to: {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>History of “{0}” (H)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enter or click to edit · H for history · Ctrl+C copies</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Written by the system</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This field must not be empty.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose one of the records found, or leave this empty.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>LevelMeter</name>
    <message>
        <source>Microphone level</source>
        <translation>麦克风音量</translation>
    </message>
</context>
<context>
    <name>ListFilters</name>
    <message>
        <source>Mine</source>
        <translation type="unfinished">我的</translation>
    </message>
    <message>
        <source>Clear filters</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search {0}: name, pinyin, digits</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ListPage</name>
    <message>
        <source>New</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New {0} (N)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Back (Alt+Left)</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n record(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>{0} after filters</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No {0} matches</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try fewer letters, pinyin initials or the last four digits of a phone.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Clear filters</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What you and your colleagues record appears here, offline too.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No {0} yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Today</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Board</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sync centre</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Log a visit</source>
        <translation type="unfinished">记录拜访</translation>
    </message>
    <message>
        <source>Go to or do</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>NoteBox</name>
    <message>
        <source>Note</source>
        <translation>拜访笔记</translation>
    </message>
    <message>
        <source>For example: met Director Wang, wants the analyser, budget 280–310 thousand, worried about service; promised the quotation by Friday.</source>
        <translation>例如：见了王主任，想要全自动化学发光仪，预算二十八万到三十一万，担心售后，答应周五前把报价单发过去。</translation>
    </message>
</context>
<context>
    <name>ProgressStrip</name>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>ProposalCard</name>
    <message>
        <source>heard “{words}”</source>
        <translation>原话“{words}”</translation>
    </message>
    <message>
        <source>Enter accept · E edit · Delete leave out · 1–9 choose</source>
        <translation>Enter 接受 · E 修改 · Delete 不要 · 1–9 选择</translation>
    </message>
    <message>
        <source>Due</source>
        <translation>到期</translation>
    </message>
    <message>
        <source>Which one?</source>
        <translation>是哪一位？</translation>
    </message>
    <message>
        <source>Press E to write</source>
        <translation>按 E 填写</translation>
    </message>
    <message>
        <source>{name} (in the note only)</source>
        <translation>{name}（只写在纪要里）</translation>
    </message>
    <message>
        <source>{name} (new contact)</source>
        <translation>{name}（新联系人）</translation>
    </message>
    <message>
        <source>Add to contacts</source>
        <translation>加为联系人</translation>
    </message>
    <message>
        <source>Only in the note</source>
        <translation>只写在纪要里</translation>
    </message>
    <message>
        <source>left out</source>
        <translation>不保存</translation>
    </message>
    <message>
        <source>edited</source>
        <translation>已修改</translation>
    </message>
    <message>
        <source>please check</source>
        <translation>请确认</translation>
    </message>
    <message>
        <source>no date</source>
        <translation>没说时间</translation>
    </message>
</context>
<context>
    <name>ProposalView</name>
    <message>
        <source>Understood from the note</source>
        <translation>从笔记里识别到的</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>添加</translation>
    </message>
    <message>
        <source>Add something the note does not say</source>
        <translation>补充笔记里没有的内容</translation>
    </message>
    <message>
        <source>Write or say what happened</source>
        <translation>写下或说出这次拜访</translation>
    </message>
    <message>
        <source>Whom you met, what they want, what it may cost, what you promised and by when: it becomes fields and tasks here, for you to confirm.</source>
        <translation>见了谁、想要什么、预算多少、答应了什么、什么时候办：这里会变成字段和任务，由您确认。</translation>
    </message>
    <message>
        <source>Enter accept · E edit · Delete leave out · 1–9 choose · Ctrl+Enter save all</source>
        <translation>Enter 接受 · E 修改 · Delete 不要 · 1–9 选择 · Ctrl+Enter 全部保存</translation>
    </message>
    <message>
        <source>{count} to check</source>
        <translation>{count} 项请确认</translation>
    </message>
    <message>
        <source>Promise</source>
        <translation>承诺</translation>
    </message>
    <message>
        <source>Next step</source>
        <translation>下一步</translation>
    </message>
    <message>
        <source>Product</source>
        <translation>意向产品</translation>
    </message>
    <message>
        <source>Budget</source>
        <translation>预算</translation>
    </message>
    <message>
        <source>Concern</source>
        <translation>关注点</translation>
    </message>
    <message>
        <source>Objection</source>
        <translation>异议</translation>
    </message>
    <message>
        <source>Competitor</source>
        <translation>竞品</translation>
    </message>
</context>
<context>
    <name>RecordDialog</name>
    <message>
        <source>New {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Edit {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Create</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose one of the records found, or leave this empty.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n field(s) need attention before this can be saved.</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RecordPage</name>
    <message>
        <source>Back (Alt+Left)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete this record; it can be taken back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This record is no longer here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It was deleted, or it moved to colleagues whose records you do not see.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Back</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>RecordPicker</name>
    <message>
        <source>Name, pinyin or last digits…</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>RelativeTime</name>
    <message>
        <source>just now</source>
        <translation>刚刚</translation>
    </message>
    <message>
        <source>{0} min ago</source>
        <translation>{0} 分钟前</translation>
    </message>
    <message>
        <source>in {0} min</source>
        <translation>{0} 分钟后</translation>
    </message>
    <message>
        <source>{0} h ago</source>
        <translation>{0} 小时前</translation>
    </message>
    <message>
        <source>in {0} h</source>
        <translation>{0} 小时后</translation>
    </message>
    <message>
        <source>yesterday {0}</source>
        <translation>昨天 {0}</translation>
    </message>
    <message>
        <source>tomorrow {0}</source>
        <translation>明天 {0}</translation>
    </message>
    <message>
        <source>{0} days ago</source>
        <translation>{0} 天前</translation>
    </message>
    <message>
        <source>in {0} days</source>
        <translation>{0} 天后</translation>
    </message>
    <message>
        <source>MMM d</source>
        <translation>M月d日</translation>
    </message>
</context>
<context>
    <name>SearchField</name>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>清空</translation>
    </message>
</context>
<context>
    <name>Sheet</name>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Discard changes</source>
        <translation>放弃修改</translation>
    </message>
    <message>
        <source>Keep editing</source>
        <translation>继续编辑</translation>
    </message>
    <message>
        <source>Ctrl+Enter</source>
        <translation>Ctrl+Enter</translation>
    </message>
    <message>
        <source>You have changes that are not saved. Leave without them?</source>
        <translation>有尚未保存的修改。不保存就离开吗？</translation>
    </message>
</context>
<context>
    <name>Shell</name>
    <message>
        <source>Suixing</source>
        <translation>随行</translation>
    </message>
    <message>
        <source>Find or do…</source>
        <translation>查找或执行…</translation>
    </message>
    <message>
        <source>Appearance and language</source>
        <translation>外观与语言</translation>
    </message>
    <message>
        <source>Sign out</source>
        <translation>退出登录</translation>
    </message>
    <message>
        <source>Pages</source>
        <translation>页面</translation>
    </message>
    <message>
        <source>Like the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
</context>
<context>
    <name>SideCard</name>
    <message>
        <source>New {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All {0}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SyncPill</name>
    <message>
        <source>Up to date</source>
        <translation>已同步</translation>
    </message>
    <message>
        <source>Offline</source>
        <translation>离线</translation>
    </message>
    <message>
        <source>Syncing…</source>
        <translation>正在同步…</translation>
    </message>
    <message>
        <source>Waiting to send</source>
        <translation>等待发送</translation>
    </message>
    <message>
        <source>Sync needs attention</source>
        <translation>同步需要处理</translation>
    </message>
    <message>
        <source>{0} · {1} waiting</source>
        <translation>{0} · {1} 条待发</translation>
    </message>
</context>
<context>
    <name>TagsEditor</name>
    <message>
        <source>Add a tag</source>
        <translation>添加标签</translation>
    </message>
</context>
<context>
    <name>TaskCard</name>
    <message>
        <source>Done: {0} (Space)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0}, overdue</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open tasks and promises</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing is open. Promises made on visits appear here.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>TimelineCard</name>
    <message>
        <source>What happened</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Visits</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Follow-ups</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stages</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tasks</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Changes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing of this kind</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Press the chip again to see everything.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing has happened yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Visits, follow-ups, tasks and every changed field appear here by themselves.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Toast</name>
    <message>
        <source>Dismiss</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>TodayPage</name>
    <message>
        <source>Today</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Log a visit</source>
        <translation type="unfinished">记录拜访</translation>
    </message>
    <message>
        <source>Log a visit (V)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All waiting leads</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What to do today</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Space done   ·   S tomorrow 9:00   ·   O open   ·   V log a visit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing to do today</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Promises you make in a visit come here by themselves, with their date. Leads nobody has answered appear before their 48 hours are over.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Overdue</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Due today</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Leads nobody has answered</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Coming up</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Without a date</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>first response within 48 hours</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Good night, {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Good morning, {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Good afternoon, {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Good evening, {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} overdue</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} due today</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} leads over 48 hours</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} done today</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Monday</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tuesday</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Wednesday</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Thursday</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Friday</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Saturday</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sunday</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{weekday}, {year}-{month:02}-{day:02}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>VersionCard</name>
    <message>
        <source>Overwritten by another edit made at the same time</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>When created</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Current</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stood against an edit by {0} made at the same time: the later one counts.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This device</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Device {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reason: {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Restore this version</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enter</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>(empty)</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>VisitDialog</name>
    <message>
        <source>Log a visit</source>
        <translation>记录拜访</translation>
    </message>
    <message>
        <source>Save visit</source>
        <translation>保存拜访</translation>
    </message>
    <message>
        <source>{count} name may mean several people: press its number to choose, or Ctrl+Enter again to save without.</source>
        <translation>有 {count} 处同名，需要您选：按数字键选择，或再按 Ctrl+Enter 不填并保存。</translation>
    </message>
    <message>
        <source>A note that was not saved is still here: “{words}”</source>
        <translation>上次没有保存的笔记还在：“{words}”</translation>
    </message>
    <message>
        <source>Continue it</source>
        <translation>继续写</translation>
    </message>
</context>
<context>
    <name>VisitFields</name>
    <message>
        <source>Minutes</source>
        <translation>时长（分钟）</translation>
    </message>
</context>
<context>
    <name>VoicePanel</name>
    <message>
        <source>or drop a WAV, MP3, FLAC or OGG file here</source>
        <translation>也可以把 WAV、MP3、FLAC、OGG 录音拖到这里</translation>
    </message>
    <message>
        <source>Choose recording…</source>
        <translation>选择录音…</translation>
    </message>
    <message>
        <source>Recognise a recording (Ctrl+O)</source>
        <translation>识别一段录音（Ctrl+O）</translation>
    </message>
    <message>
        <source>Get the model</source>
        <translation>获取模型</translation>
    </message>
    <message>
        <source>Recordings</source>
        <translation>录音</translation>
    </message>
    <message>
        <source>The speech model is not installed yet; you can type now.</source>
        <translation>语音模型还没有安装，可以先打字。</translation>
    </message>
    <message>
        <source>Recognising {name}…</source>
        <translation>正在识别 {name}…</translation>
    </message>
    <message>
        <source>Fetching the speech model; you can type meanwhile…</source>
        <translation>正在获取语音模型，可以先打字…</translation>
    </message>
    <message>
        <source>Recognising the last words…</source>
        <translation>正在识别最后几个字…</translation>
    </message>
    <message>
        <source>Stop (Space)</source>
        <translation>停止（空格）</translation>
    </message>
    <message>
        <source>Speak (Space)</source>
        <translation>说话（空格）</translation>
    </message>
    <message>
        <source>Press to start and stop, or hold while speaking · Ctrl+D</source>
        <translation>按一下开始、再按停止，也可以按住说话 · Ctrl+D</translation>
    </message>
</context>
<context>
    <name>_TagChip</name>
    <message>
        <source>Remove {0}</source>
        <translation>移除 {0}</translation>
    </message>
</context>
</TS>
