<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en_US">
<context>
    <name>AccountCard</name>
    <message>
        <source>My account and devices</source>
        <translation>我的账号和设备</translation>
    </message>
    <message>
        <source>Change password</source>
        <translation>修改密码</translation>
    </message>
    <message>
        <source>Set password</source>
        <translation>设置密码</translation>
    </message>
    <message>
        <source>Present password</source>
        <translation>现在的密码</translation>
    </message>
    <message>
        <source>&quot;{0}&quot; must sign in again; its data stays on it.</source>
        <translation>“{0}”要重新登录；它上面的数据保留不动。</translation>
    </message>
    <message>
        <source>The password was changed. Your other devices must sign in again.</source>
        <translation>密码已修改。您的其他设备要重新登录。</translation>
    </message>
    <message>
        <source>Sign out there</source>
        <translation>让它退出登录</translation>
    </message>
    <message>
        <source>this device</source>
        <translation>本机</translation>
    </message>
    <message>
        <source>revoked</source>
        <translation>已停用</translation>
    </message>
</context>
<context>
    <name>AdminPage</name>
    <message>
        <source>Administration</source>
        <translation>管理</translation>
    </message>
    <message>
        <source>People</source>
        <translation>人员</translation>
    </message>
    <message>
        <source>Teams and territories</source>
        <translation>团队与区域</translation>
    </message>
    <message>
        <source>Roles</source>
        <translation>角色权限</translation>
    </message>
    <message>
        <source>Devices</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Quarantine</source>
        <translation>隔离区</translation>
    </message>
    <message>
        <source>Policy</source>
        <translation>策略</translation>
    </message>
    <message>
        <source>Fields</source>
        <translation>字段</translation>
    </message>
    <message>
        <source>Audit log</source>
        <translation>审计记录</translation>
    </message>
    <message>
        <source>Personal data</source>
        <translation>个人信息</translation>
    </message>
</context>
<context>
    <name>AdvicePanel</name>
    <message>
        <source>The words are on the clipboard.</source>
        <translation>话术已复制到剪贴板。</translation>
    </message>
    <message>
        <source>Copy words (C)</source>
        <translation>复制话术 (C)</translation>
    </message>
    <message>
        <source>Copy number (P)</source>
        <translation>复制号码 (P)</translation>
    </message>
    <message>
        <source>Suggested words</source>
        <translation>建议话术</translation>
    </message>
</context>
<context>
    <name>ApprovalRow</name>
    <message>
        <source>Exemption: {0}</source>
        <translation>豁免：{0}</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>待审批</translation>
    </message>
    <message>
        <source>approved</source>
        <translation>已同意</translation>
    </message>
    <message>
        <source>rejected</source>
        <translation>已驳回</translation>
    </message>
    <message>
        <source>withdrawn</source>
        <translation>已撤回</translation>
    </message>
    <message>
        <source>Blocking</source>
        <translation>阻塞项</translation>
    </message>
    <message>
        <source>Nobody has looked yet</source>
        <translation>尚未响应</translation>
    </message>
    <message>
        <source>not sent yet</source>
        <translation>待同步，暂定</translation>
    </message>
    <message>
        <source>{0} asks {1}</source>
        <translation>{0} 提交给 {1}</translation>
    </message>
    <message>
        <source>waiting for {0}</source>
        <translation>已等 {0}</translation>
    </message>
    <message>
        <source>Approve (Y)</source>
        <translation>同意 (Y)</translation>
    </message>
    <message>
        <source>Grant the exemption (Y)</source>
        <translation>同意豁免 (Y)</translation>
    </message>
    <message>
        <source>Grant until another day…</source>
        <translation>改期同意…</translation>
    </message>
    <message>
        <source>Approve with a comment…</source>
        <translation>附意见同意…</translation>
    </message>
    <message>
        <source>Reject (N)</source>
        <translation>驳回 (N)</translation>
    </message>
    <message>
        <source>Seen, decide later (S)</source>
        <translation>已看到，稍后定 (S)</translation>
    </message>
    <message>
        <source>Withdraw (W)</source>
        <translation>撤回 (W)</translation>
    </message>
    <message>
        <source>Open the record</source>
        <translation>打开记录</translation>
    </message>
</context>
<context>
    <name>ApprovalsPage</name>
    <message>
        <source>Approvals</source>
        <translation>审批</translation>
    </message>
    <message>
        <source>Y approves, a digit adds a clause, N rejects; Ctrl+Z takes it back</source>
        <translation>Y 同意，数字键附条款同意，N 驳回；Ctrl+Z 撤销</translation>
    </message>
    <message>
        <source>Back (Alt+Left)</source>
        <translation>返回（Alt+←）</translation>
    </message>
    <message>
        <source>For me to decide</source>
        <translation>待我审批</translation>
    </message>
    <message>
        <source>Asked by me</source>
        <translation>我提交的</translation>
    </message>
    <message>
        <source>Decided</source>
        <translation>已有结论</translation>
    </message>
    <message>
        <source>Which approvals</source>
        <translation>哪些审批</translation>
    </message>
    <message>
        <source>Nothing waits for you</source>
        <translation>没有待您审批的事项</translation>
    </message>
    <message>
        <source>What colleagues ask you to approve comes here, with how long it waits.</source>
        <translation>同事提交给您的审批会出现在这里，并显示已等待多久。</translation>
    </message>
    <message>
        <source>You are waiting for nobody</source>
        <translation>没有在等的审批</translation>
    </message>
    <message>
        <source>Ask on the page of a deal or lead; here you see who has to decide.</source>
        <translation>在商机或线索页面上提交；在这里看由谁审批、等了多久。</translation>
    </message>
    <message>
        <source>Nothing decided yet</source>
        <translation>还没有结论</translation>
    </message>
    <message>
        <source>Decisions stay here with their comments.</source>
        <translation>审批结论和意见会保留在这里。</translation>
    </message>
</context>
<context>
    <name>Arranging</name>
    <message>
        <source>Give up the arrangement?</source>
        <translation>放弃这次调整？</translation>
    </message>
    <message>
        <source>The tiles go back to where they were; what you moved, sized, added or took off is not kept.</source>
        <translation>图块会回到原来的位置；这次移动、缩放、添加和移除的都不保留。</translation>
    </message>
    <message>
        <source>Give it up</source>
        <translation>放弃</translation>
    </message>
    <message>
        <source>Add a tile</source>
        <translation>添加图块</translation>
    </message>
    <message>
        <source>Undo (Ctrl+Z)</source>
        <translation>撤销（Ctrl+Z）</translation>
    </message>
    <message>
        <source>Redo (Ctrl+Shift+Z)</source>
        <translation>重做（Ctrl+Shift+Z）</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Drag tiles, or use the arrow keys; Shift and arrows size them</source>
        <translation>拖动图块，或用方向键移动；按住 Shift 用方向键调整大小</translation>
    </message>
</context>
<context>
    <name>AskLine</name>
    <message>
        <source>Take this away</source>
        <translation>去掉这一项</translation>
    </message>
    <message>
        <source>Action (none: touchpoint)</source>
        <translation>所属动作（空：必经触点）</translation>
    </message>
    <message>
        <source>What must be there</source>
        <translation>事项名称</translation>
    </message>
    <message>
        <source>How it is met</source>
        <translation>如何算满足</translation>
    </message>
    <message>
        <source>Field or records</source>
        <translation>字段或记录</translation>
    </message>
    <message>
        <source>Action</source>
        <translation>动作</translation>
    </message>
    <message>
        <source>At least</source>
        <translation>至少</translation>
    </message>
    <message>
        <source>Ticked off</source>
        <translation>打勾</translation>
    </message>
    <message>
        <source>With a note</source>
        <translation>打勾+说明</translation>
    </message>
    <message>
        <source>With a file</source>
        <translation>打勾+凭证</translation>
    </message>
    <message>
        <source>Field filled</source>
        <translation>字段已填</translation>
    </message>
    <message>
        <source>Records there</source>
        <translation>有关联记录</translation>
    </message>
    <message>
        <source>Condition</source>
        <translation>条件</translation>
    </message>
</context>
<context>
    <name>AskList</name>
    <message>
        <source>Before it is left forwards</source>
        <translation>离开本阶段前需要</translation>
    </message>
    <message>
        <source>Nothing is asked for: a record may go on at any time.</source>
        <translation>没有要求：随时可以推进。</translation>
    </message>
    <message>
        <source>Ask for something</source>
        <translation>增加一项</translation>
    </message>
</context>
<context>
    <name>AskSheet</name>
    <message>
        <source>Something else</source>
        <translation>其他事项</translation>
    </message>
    <message>
        <source>Subject</source>
        <translation>事项</translation>
    </message>
    <message>
        <source>Who decides</source>
        <translation>审批人</translation>
    </message>
    <message>
        <source>Ask for approval</source>
        <translation>申请审批</translation>
    </message>
    <message>
        <source>Submit</source>
        <translation>提交</translation>
    </message>
    <message>
        <source>About “{0}”</source>
        <translation>关于「{0}」</translation>
    </message>
    <message>
        <source>What for</source>
        <translation>审批类别</translation>
    </message>
    <message>
        <source>Reasons and terms</source>
        <translation>理由和条件</translation>
    </message>
    <message>
        <source>This field must not be empty.</source>
        <translation>这个字段不能为空。</translation>
    </message>
    <message>
        <source>Choose a colleague from the list.</source>
        <translation>请从列表中选择一位同事。</translation>
    </message>
</context>
<context>
    <name>AskedRow</name>
    <message>
        <source>with a sentence on what came of it</source>
        <translation>需写明结果</translation>
    </message>
    <message>
        <source>with a file that proves it; drop it here</source>
        <translation>需附凭证文件，可拖到这里</translation>
    </message>
</context>
<context>
    <name>AttachmentCard</name>
    <message>
        <source>Attachments</source>
        <translation>附件</translation>
    </message>
    <message>
        <source>Attach files</source>
        <translation>添加文件</translation>
    </message>
    <message>
        <source>No files yet. Drop photos, recordings or PDFs here.</source>
        <translation>还没有文件。可以把照片、录音或 PDF 拖到这里。</translation>
    </message>
    <message>
        <source>Pasted {0}</source>
        <translation>粘贴 {0}</translation>
    </message>
    <message>
        <source>Attach files; Ctrl+V pastes</source>
        <translation>添加附件，Ctrl+V 粘贴</translation>
    </message>
    <message>
        <source>Playing; click to stop</source>
        <translation>正在播放，点击停止</translation>
    </message>
    <message>
        <source>Waiting to be sent {0}%</source>
        <translation>待发送 {0}%</translation>
    </message>
    <message>
        <source>Fetching {0}%</source>
        <translation>正在下载 {0}%</translation>
    </message>
    <message>
        <source>Here</source>
        <translation>本机</translation>
    </message>
    <message>
        <source>On the server</source>
        <translation>在服务器</translation>
    </message>
    <message>
        <source>Not accepted</source>
        <translation>未被接受</translation>
    </message>
    <message>
        <source>Fetch {0} (Space)</source>
        <translation>下载{0}（空格）</translation>
    </message>
    <message>
        <source>Do not fetch {0} (Space)</source>
        <translation>不再下载{0}（空格）</translation>
    </message>
    <message>
        <source>Save a copy of {0} (Space)</source>
        <translation>另存{0}（空格）</translation>
    </message>
    <message>
        <source>Save a copy</source>
        <translation>另存为</translation>
    </message>
</context>
<context>
    <name>BatchesPage</name>
    <message>
        <source>Batches</source>
        <translation>批次</translation>
    </message>
    <message>
        <source>Whole imports, bulk edits, merges and rule runs</source>
        <translation>导入、批量修改、合并、规则运行，整批查看和收回</translation>
    </message>
    <message>
        <source>Back (Alt+Left)</source>
        <translation>返回（Alt+←）</translation>
    </message>
    <message>
        <source>Only those on several records</source>
        <translation>只看涉及多条记录的</translation>
    </message>
    <message>
        <source>Take this back</source>
        <translation>收回这一批</translation>
    </message>
    <message>
        <source>Ctrl+Return; can itself be undone</source>
        <translation>Ctrl+Enter；收回后还可以撤销</translation>
    </message>
    <message>
        <source>No batches yet</source>
        <translation>还没有批次</translation>
    </message>
    <message>
        <source>Whatever is done to many records in one go is listed here, with who, when and why, and can be taken back as a whole.</source>
        <translation>一次改动很多记录的操作都列在这里：谁、什么时候、为什么，并且可以整批收回。</translation>
    </message>
    <message>
        <source>Taken back</source>
        <translation>将收回</translation>
    </message>
    <message>
        <source>Left alone</source>
        <translation>保持不动</translation>
    </message>
    <message>
        <source>… and more</source>
        <translation>…… 还有更多</translation>
    </message>
    <message>
        <source>(deleted)</source>
        <translation>（已删除）</translation>
    </message>
    <message>
        <source>Taking this back changes {0} record(s) in {1} place(s).</source>
        <translation>收回会改动 {0} 条记录，共 {1} 处。</translation>
    </message>
    <message>
        <source>Nothing of this stands any more; there is nothing to take back.</source>
        <translation>这一批的改动都已不在，没有可收回的内容。</translation>
    </message>
    <message>
        <source>{0} place(s) stay: somebody changed them since.</source>
        <translation>{0} 处保持不动：之后有人改过。</translation>
    </message>
</context>
<context>
    <name>Beside</name>
    <message>
        <source>New window</source>
        <translation>新窗口</translation>
    </message>
</context>
<context>
    <name>BinPage</name>
    <message>
        <source>Recycle bin</source>
        <translation>回收站</translation>
    </message>
    <message>
        <source>What was deleted and can be brought back, until the server clears it away once every device knows</source>
        <translation>已删除、还能恢复的记录；各设备都知道删除之后，才由服务器彻底清除</translation>
    </message>
    <message>
        <source>Back (Alt+Left)</source>
        <translation>返回（Alt+左）</translation>
    </message>
    <message>
        <source>Search the bin</source>
        <translation>在回收站中查找</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Every kind</source>
        <translation>全部类型</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Deleted by</source>
        <translation>删除者</translation>
    </message>
    <message>
        <source>When</source>
        <translation>删除时间</translation>
    </message>
    <message>
        <source>Enter; can itself be undone</source>
        <translation>回车；恢复后还可以撤销</translation>
    </message>
    <message>
        <source>(no name)</source>
        <translation>（无名称）</translation>
    </message>
    <message>
        <source>Nothing in the bin matches</source>
        <translation>回收站里没有符合的</translation>
    </message>
    <message>
        <source>Try fewer letters, or every kind.</source>
        <translation>少输几个字，或改为全部类型。</translation>
    </message>
    <message>
        <source>Show everything</source>
        <translation>显示全部</translation>
    </message>
    <message>
        <source>The bin is empty</source>
        <translation>回收站是空的</translation>
    </message>
    <message>
        <source>What you or your colleagues delete lies here, with who and when, until the server clears it away. Nothing is lost by a slip of the finger.</source>
        <translation>您和同事删除的内容都在这里，写明谁在什么时候删的；在服务器清理之前随时可以恢复，手滑也不会丢。</translation>
    </message>
    <message>
        <source>Bring back {0}</source>
        <translation>恢复 {0} 条</translation>
    </message>
    <message>
        <source>Bring back</source>
        <translation>恢复</translation>
    </message>
</context>
<context>
    <name>BoardPage</name>
    <message>
        <source>Board</source>
        <translation>看板</translation>
    </message>
    <message>
        <source>As of {0} · every figure opens its records</source>
        <translation>截至 {0} · 点开任一数字即可查看背后的记录</translation>
    </message>
    <message>
        <source>Boards</source>
        <translation>切换看板</translation>
    </message>
    <message>
        <source>Arrange</source>
        <translation>编辑看板</translation>
    </message>
    <message>
        <source>Full screen (F11)</source>
        <translation>全屏（F11）</translation>
    </message>
    <message>
        <source>More</source>
        <translation>更多</translation>
    </message>
    <message>
        <source>New board</source>
        <translation>新建看板</translation>
    </message>
    <message>
        <source>Export the board to PDF…</source>
        <translation>整个看板导出为 PDF…</translation>
    </message>
    <message>
        <source>Name and sharing…</source>
        <translation>名称与共享…</translation>
    </message>
    <message>
        <source>Daily brief</source>
        <translation>每日简报</translation>
    </message>
    <message>
        <source>Reports</source>
        <translation>报告</translation>
    </message>
    <message>
        <source>Delete this board</source>
        <translation>删除此看板</translation>
    </message>
    <message>
        <source>My board</source>
        <translation>我的看板</translation>
    </message>
</context>
<context>
    <name>BoardPlaces</name>
    <message>
        <source>Board</source>
        <translation>看板</translation>
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
    <name>BriefPage</name>
    <message>
        <source>Back (Alt+Left)</source>
        <translation>返回（Alt+←）</translation>
    </message>
    <message>
        <source>Make anew</source>
        <translation>重新生成</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>留存</translation>
    </message>
    <message>
        <source>Keep today&apos;s brief, to compare with later</source>
        <translation>留存今天的简报，日后对照</translation>
    </message>
    <message>
        <source>Print…</source>
        <translation>打印…</translation>
    </message>
    <message>
        <source>Save as PDF…</source>
        <translation>存为 PDF…</translation>
    </message>
    <message>
        <source>Which day</source>
        <translation>哪一天</translation>
    </message>
    <message>
        <source>Counted on this device, over what you may see. Every sentence and bar opens its records; those of an earlier brief are the ones that still meet it.</source>
        <translation>在本机按您能看到的记录统计。每句话、每根条都能打开背后的记录；以前的简报打开的是现在仍然符合的记录。</translation>
    </message>
    <message>
        <source>Today&apos;s brief</source>
        <translation>今天的简报</translation>
    </message>
    <message>
        <source>Three conclusions, made on this device.</source>
        <translation>三条结论，在本机生成。</translation>
    </message>
    <message>
        <source>Daily brief</source>
        <translation>每日简报</translation>
    </message>
    <message>
        <source>Next step</source>
        <translation>建议</translation>
    </message>
    <message>
        <source>On the board</source>
        <translation>看板上看</translation>
    </message>
    <message>
        <source>Made on this device, also without a network</source>
        <translation>在本机生成，断网也可以</translation>
    </message>
    <message>
        <source>As of {0}</source>
        <translation>截至 {0}</translation>
    </message>
    <message>
        <source>made by the server</source>
        <translation>服务器定时生成</translation>
    </message>
    <message>
        <source>sent to {0} of {1}</source>
        <translation>已发送 {0}/{1} 个渠道</translation>
    </message>
    <message>
        <source>Today, as of now</source>
        <translation>今天（此刻）</translation>
    </message>
    <message>
        <source>{0} (unreadable)</source>
        <translation>{0}（读不了）</translation>
    </message>
    <message>
        <source>This brief was written by a newer version; update to read it.</source>
        <translation>这份简报由更新的版本写成，升级后可以打开。</translation>
    </message>
    <message>
        <source>Saved as {0}</source>
        <translation>已保存为 {0}</translation>
    </message>
    <message>
        <source>Save as</source>
        <translation>另存为</translation>
    </message>
</context>
<context>
    <name>BuilderSheet</name>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>About</source>
        <translation>对象</translation>
    </message>
    <message>
        <source>This is what you had written when the program ended last time.</source>
        <translation>这是上次程序意外退出前您写到的内容，已为您恢复。</translation>
    </message>
    <message>
        <source>Rule · {0}</source>
        <translation>规则 · {0}</translation>
    </message>
    <message>
        <source>Save as draft</source>
        <translation>保存为草稿</translation>
    </message>
    <message>
        <source>As text</source>
        <translation>查看文本</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>重做</translation>
    </message>
    <message>
        <source>A rule needs a name.</source>
        <translation>请填写规则名称。</translation>
    </message>
    <message>
        <source>Something is not finished yet.</source>
        <translation>还有未完成的内容，请先补全。</translation>
    </message>
</context>
<context>
    <name>BulkPreview</name>
    <message>
        <source>… and {0} more</source>
        <translation>……还有 {0} 条</translation>
    </message>
    <message>
        <source>{0} of {1} record(s) go to the bin.</source>
        <translation>{1} 条中有 {0} 条将移到回收站。</translation>
    </message>
    <message>
        <source>{0} of {1} record(s) change.</source>
        <translation>{1} 条中有 {0} 条会改动。</translation>
    </message>
    <message>
        <source>{0} have these values already.</source>
        <translation>{0} 条本来就是这样。</translation>
    </message>
    <message>
        <source>{0} stay as they are: {1} ({2})</source>
        <translation>{0} 条保持不动：{1}（{2}）</translation>
    </message>
</context>
<context>
    <name>BulkSheet</name>
    <message>
        <source>Delete many</source>
        <translation>批量删除</translation>
    </message>
    <message>
        <source>Edit many</source>
        <translation>批量修改</translation>
    </message>
    <message>
        <source>Another field</source>
        <translation>再改一个字段</translation>
    </message>
    <message>
        <source>What will happen</source>
        <translation>将会发生什么</translation>
    </message>
    <message>
        <source>Delete {0}</source>
        <translation>删除 {0} 条</translation>
    </message>
    <message>
        <source>Change {0}</source>
        <translation>修改 {0} 条</translation>
    </message>
    <message>
        <source>Choose a field and a value; what would change appears here.</source>
        <translation>选好字段和值，这里会显示将有哪些改动。</translation>
    </message>
    <message>
        <source>Looking at the records…</source>
        <translation>正在查看记录……</translation>
    </message>
    <message>
        <source>Looking at the records… {0}</source>
        <translation>正在查看记录…… {0}</translation>
    </message>
    <message>
        <source>Deleting…</source>
        <translation>正在删除……</translation>
    </message>
    <message>
        <source>Changing…</source>
        <translation>正在修改……</translation>
    </message>
</context>
<context>
    <name>BulkStep</name>
    <message>
        <source>Field</source>
        <translation>字段</translation>
    </message>
    <message>
        <source>Choose a field</source>
        <translation>选择字段</translation>
    </message>
    <message>
        <source>What becomes of it</source>
        <translation>怎么改</translation>
    </message>
    <message>
        <source>Leave this field out</source>
        <translation>不改这个字段</translation>
    </message>
    <message>
        <source>set to</source>
        <translation>改为</translation>
    </message>
    <message>
        <source>clear</source>
        <translation>清空</translation>
    </message>
    <message>
        <source>add</source>
        <translation>添加</translation>
    </message>
    <message>
        <source>remove</source>
        <translation>移除</translation>
    </message>
</context>
<context>
    <name>CalendarPage</name>
    <message>
        <source>Calendar</source>
        <translation>日历</translation>
    </message>
    <message>
        <source>{year}-{month:02}</source>
        <translation>{year}年{month}月</translation>
    </message>
    <message>
        <source>{year}-{month:02}-{day:02}, {weekday}</source>
        <translation>{year}年{month}月{day}日 {weekday}</translation>
    </message>
    <message>
        <source>{year}: {month}/{day} – {month2}/{day2}</source>
        <translation>{year}年{month}月{day}日 – {month2}月{day2}日</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>正在读取…</translation>
    </message>
    <message>
        <source>{0} visits   ·   {1} other</source>
        <translation>{0} 次拜访   ·   其他 {1} 项</translation>
    </message>
    <message>
        <source>Mon</source>
        <translation>周一</translation>
    </message>
    <message>
        <source>Tue</source>
        <translation>周二</translation>
    </message>
    <message>
        <source>Wed</source>
        <translation>周三</translation>
    </message>
    <message>
        <source>Thu</source>
        <translation>周四</translation>
    </message>
    <message>
        <source>Fri</source>
        <translation>周五</translation>
    </message>
    <message>
        <source>Sat</source>
        <translation>周六</translation>
    </message>
    <message>
        <source>Sun</source>
        <translation>周日</translation>
    </message>
    <message>
        <source>Day</source>
        <translation>日</translation>
    </message>
    <message>
        <source>Week</source>
        <translation>周</translation>
    </message>
    <message>
        <source>Month</source>
        <translation>月</translation>
    </message>
    <message>
        <source>List</source>
        <translation>列表</translation>
    </message>
    <message>
        <source>What is shown</source>
        <translation>显示范围</translation>
    </message>
    <message>
        <source>Earlier (PgUp)</source>
        <translation>往前 (PgUp)</translation>
    </message>
    <message>
        <source>Later (PgDown)</source>
        <translation>往后 (PgDown)</translation>
    </message>
    <message>
        <source>Today (T)</source>
        <translation>今天 (T)</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>导出…</translation>
    </message>
    <message>
        <source>These days as an iCalendar file (Ctrl+E)</source>
        <translation>把这些天导出为 iCalendar 文件 (Ctrl+E)</translation>
    </message>
    <message>
        <source>Log a visit</source>
        <translation>记拜访</translation>
    </message>
    <message>
        <source>D W M L day, week, month, list   ·   arrows walk   ·   Alt+arrows move   ·   Enter open   ·   T today</source>
        <translation>D W M L 日、周、月、列表   ·   方向键 移动光标   ·   Alt+方向键 改期   ·   Enter 打开   ·   T 今天</translation>
    </message>
    <message>
        <source>Nothing in these days</source>
        <translation>这些天没有安排</translation>
    </message>
    <message>
        <source>Visits, tasks with a date, next steps and expected closings come here by themselves.</source>
        <translation>拜访、有日期的任务、下一步和预计成交会自动出现在这里。</translation>
    </message>
    <message>
        <source>Export to</source>
        <translation>导出到</translation>
    </message>
</context>
<context>
    <name>CardTools</name>
    <message>
        <source>Stop (P)</source>
        <translation>停止（P）</translation>
    </message>
    <message>
        <source>Hear the words (P)</source>
        <translation>听原声（P）</translation>
    </message>
    <message>
        <source>Done (S)</source>
        <translation>说完了（S）</translation>
    </message>
    <message>
        <source>Say it again (S)</source>
        <translation>再说一次（S）</translation>
    </message>
</context>
<context>
    <name>CasesButton</name>
    <message>
        <source>Cases like this: {0}</source>
        <translation>相似案例 {0}</translation>
    </message>
    <message>
        <source>Success cases, papers and won deals like this one</source>
        <translation>同行业、同需求的成功案例、资料和已赢单商机</translation>
    </message>
</context>
<context>
    <name>CasesSheet</name>
    <message>
        <source>Success cases</source>
        <translation>成功案例</translation>
    </message>
    <message>
        <source>Papers and packs</source>
        <translation>白皮书与方案</translation>
    </message>
    <message>
        <source>Won deals like this</source>
        <translation>类似的已赢单商机</translation>
    </message>
    <message>
        <source>The library has no success case of this industry or need yet. An article whose category is 案例 is offered here.</source>
        <translation>知识库里还没有这个行业或需求的成功案例。分类写“案例”的文章会出现在这里。</translation>
    </message>
    <message>
        <source>Cases like this</source>
        <translation>相似案例</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>In common: {0}</source>
        <translation>相同点：{0}</translation>
    </message>
    <message>
        <source>Copied; counted as used here.</source>
        <translation>已复制，并记为在这里用过一次。</translation>
    </message>
</context>
<context>
    <name>CheckStep</name>
    <message>
        <source>Back to the columns</source>
        <translation>返回修改</translation>
    </message>
    <message>
        <source>Alt+Up</source>
        <translation>Alt+↑</translation>
    </message>
    <message>
        <source>Ctrl+Enter</source>
        <translation>Ctrl+Enter</translation>
    </message>
    <message>
        <source>From the first row</source>
        <translation>从第一行重新导入</translation>
    </message>
    <message>
        <source>Leave out what may be there</source>
        <translation>可能已有的先不导入</translation>
    </message>
    <message>
        <source>All</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>New</source>
        <translation>新增</translation>
    </message>
    <message>
        <source>Update</source>
        <translation>更新</translation>
    </message>
    <message>
        <source>The same</source>
        <translation>相同</translation>
    </message>
    <message>
        <source>Left alone</source>
        <translation>不动</translation>
    </message>
    <message>
        <source>Not imported</source>
        <translation>不导入</translation>
    </message>
    <message>
        <source>Perhaps there</source>
        <translation>可能已有</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>显示</translation>
    </message>
    <message>
        <source>Checking… {0} rows</source>
        <translation>正在检查… {0} 行</translation>
    </message>
    <message>
        <source>Checking…</source>
        <translation>正在检查…</translation>
    </message>
    <message>
        <source>Go on with the import</source>
        <translation>继续导入</translation>
    </message>
    <message>
        <source>Import {0} rows</source>
        <translation>导入 {0} 行</translation>
    </message>
    <message>
        <source>An import of this file was cut short after row {0}; it can go on.</source>
        <translation>这个文件上次只导入到第 {0} 行，可以继续。</translation>
    </message>
    <message>
        <source>This file was imported before, in the same way ({0} rows).</source>
        <translation>这个文件已按同样的方式导入过（{0} 行）。</translation>
    </message>
    <message>
        <source>Of the new rows the first {0} were compared with records alike.</source>
        <translation>新增行中的前 {0} 行已与相近的记录比对。</translation>
    </message>
    <message>
        <source>The first {0} rows are listed; all are counted.</source>
        <translation>列出前 {0} 行，计数包括全部。</translation>
    </message>
    <message>
        <source>No row would change anything.</source>
        <translation>没有需要写入的行。</translation>
    </message>
</context>
<context>
    <name>ClockStrip</name>
    <message>
        <source>Exempt…</source>
        <translation>豁免…</translation>
    </message>
    <message>
        <source>Hold up the clocks, with a reason and an end</source>
        <translation>写明原因和期限，暂停计时</translation>
    </message>
    <message>
        <source>End the exemption</source>
        <translation>结束豁免</translation>
    </message>
    <message>
        <source>The server is out of reach: what others did may be missing</source>
        <translation>连不上服务器，同事刚做的跟进可能还没计入</translation>
    </message>
</context>
<context>
    <name>ClockTile</name>
    <message>
        <source>paused</source>
        <translation>已暂停</translation>
    </message>
    <message>
        <source>provisional</source>
        <translation>暂定</translation>
    </message>
</context>
<context>
    <name>ColumnChooser</name>
    <message>
        <source>Columns</source>
        <translation>列</translation>
    </message>
    <message>
        <source>Show these columns</source>
        <translation>应用</translation>
    </message>
    <message>
        <source>As the list came</source>
        <translation>恢复默认</translation>
    </message>
    <message>
        <source>Space ticks a field. Drag it, or press Alt+Up and Alt+Down, to move it.</source>
        <translation>空格勾选；拖动，或按 Alt+↑、Alt+↓ 调整顺序。</translation>
    </message>
    <message>
        <source>Columns that stay at the left</source>
        <translation>冻结左侧列数</translation>
    </message>
    <message>
        <source>None</source>
        <translation>不冻结</translation>
    </message>
    <message>
        <source>Tick at least one field.</source>
        <translation>请至少勾选一列。</translation>
    </message>
</context>
<context>
    <name>ColumnLine</name>
    <message>
        <source>Field for “{0}”</source>
        <translation>「{0}」对应的字段</translation>
    </message>
    <message>
        <source>not imported</source>
        <translation>不导入</translation>
    </message>
    <message>
        <source>Clean “{0}”</source>
        <translation>清洗「{0}」</translation>
    </message>
    <message>
        <source>Without 先生, 女士 and other titles</source>
        <translation>去掉先生、女士等称呼</translation>
    </message>
    <message>
        <source>Digits only</source>
        <translation>只留数字</translation>
    </message>
    <message>
        <source>Capitals, without spaces</source>
        <translation>转大写，去空格</translation>
    </message>
    <message>
        <source>Replace by a regular expression…</source>
        <translation>用正则表达式替换…</translation>
    </message>
    <message>
        <source>{0} values to match</source>
        <translation>{0} 个值待对应</translation>
    </message>
    <message>
        <source>Values…</source>
        <translation>值的对应…</translation>
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
        <source>Searching…</source>
        <translation>正在查找…</translation>
    </message>
    <message>
        <source>↑↓ choose   Enter open   Esc close</source>
        <translation>↑↓ 选择   Enter 打开   Esc 关闭</translation>
    </message>
</context>
<context>
    <name>CommentBox</name>
    <message>
        <source>Comment… @name tells a colleague, Enter sends</source>
        <translation>写评论… @姓名 会告知同事，回车发送</translation>
    </message>
    <message>
        <source>Comment</source>
        <translation>评论</translation>
    </message>
</context>
<context>
    <name>ConditionBox</name>
    <message>
        <source>No condition: never</source>
        <translation>未设条件：不适用</translation>
    </message>
    <message>
        <source>No condition: always</source>
        <translation>未设条件：全部适用</translation>
    </message>
    <message>
        <source>Holds for {0} records now: {1}</source>
        <translation>现在有 {0} 条{1}符合</translation>
    </message>
    <message>
        <source>Not counted: you do not see all of {0}</source>
        <translation>未统计：您看不到「{0}」的完整内容</translation>
    </message>
    <message>
        <source>Not counted: {0} is not there any more</source>
        <translation>未统计：字段「{0}」已不存在</translation>
    </message>
    <message>
        <source>Show them in a list</source>
        <translation>在列表中查看</translation>
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
        <translation>编辑…</translation>
    </message>
    <message>
        <source>History of this field</source>
        <translation>查看该字段的历史</translation>
    </message>
    <message>
        <source>1 mine   ·   2 theirs   ·   E edit   ·   D leave   ·   ↑↓</source>
        <translation>1 用我的   ·   2 用对方的   ·   E 编辑   ·   D 保持现状   ·   ↑↓ 上下条</translation>
    </message>
    <message>
        <source>(deleted)</source>
        <translation>（已删除）</translation>
    </message>
    <message>
        <source>(empty)</source>
        <translation>（空）</translation>
    </message>
    <message>
        <source>device {0}</source>
        <translation>设备 {0}</translation>
    </message>
    <message>
        <source>this device</source>
        <translation>本机</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>ContactCard</name>
    <message>
        <source>Copy the number of {0} (Space)</source>
        <translation>复制{0}的号码（空格）</translation>
    </message>
    <message>
        <source>Contacts</source>
        <translation>联系人</translation>
    </message>
    <message>
        <source>Nobody yet. Add the person you talk to.</source>
        <translation>还没有联系人，添加与您沟通的人吧。</translation>
    </message>
</context>
<context>
    <name>ContentPage</name>
    <message>
        <source>Content to send</source>
        <translation>内容推送</translation>
    </message>
    <message>
        <source>Rules queue it, you read and send it; the server mails what you approved</source>
        <translation>规则排队，您过目后发送；服务器只发您批准的正文</translation>
    </message>
    <message>
        <source>Back (Alt+Left)</source>
        <translation>返回（Alt+Left）</translation>
    </message>
    <message>
        <source>To decide</source>
        <translation>待处理</translation>
    </message>
    <message>
        <source>On the way</source>
        <translation>发送中</translation>
    </message>
    <message>
        <source>Over</source>
        <translation>已结束</translation>
    </message>
    <message>
        <source>Shown</source>
        <translation>显示</translation>
    </message>
    <message>
        <source>Nothing here</source>
        <translation>这里没有内容</translation>
    </message>
    <message>
        <source>Automations put articles here for customers who showed interest.</source>
        <translation>客户表现出兴趣时，自动化会把要发的资料放到这里。</translation>
    </message>
</context>
<context>
    <name>ContentRow</name>
    <message>
        <source>Text</source>
        <translation>正文</translation>
    </message>
    <message>
        <source>Send by mail (Ctrl+Return)</source>
        <translation>发送邮件（Ctrl+Enter）</translation>
    </message>
    <message>
        <source>Sent it myself (S)</source>
        <translation>已手动发送（S）</translation>
    </message>
    <message>
        <source>Do not send (Delete)</source>
        <translation>不推送（Delete）</translation>
    </message>
    <message>
        <source>Stop, decide again (R)</source>
        <translation>撤回重新处理（R）</translation>
    </message>
    <message>
        <source>Copy (C)</source>
        <translation>复制（C）</translation>
    </message>
    <message>
        <source>Open the record</source>
        <translation>打开记录</translation>
    </message>
</context>
<context>
    <name>CustomerPage</name>
    <message>
        <source>Log a visit</source>
        <translation>记拜访</translation>
    </message>
    <message>
        <source>Copy the number without spaces ({0})</source>
        <translation>复制号码，不带空格（{0}）</translation>
    </message>
    <message>
        <source>Copy the phone number</source>
        <translation>复制电话号码</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>已复制</translation>
    </message>
    <message>
        <source>Open tasks of {0}</source>
        <translation>{0}的未完成任务</translation>
    </message>
    <message>
        <source>Contacts of {0}</source>
        <translation>{0}的联系人</translation>
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
    <name>DecideSheet</name>
    <message>
        <source>Why not</source>
        <translation>驳回理由</translation>
    </message>
    <message>
        <source>Comment</source>
        <translation>审批意见</translation>
    </message>
    <message>
        <source>Reject</source>
        <translation>驳回</translation>
    </message>
    <message>
        <source>Approve</source>
        <translation>同意</translation>
    </message>
    <message>
        <source>Exempt until</source>
        <translation>豁免到</translation>
    </message>
    <message>
        <source>Say why, so that it can be put right.</source>
        <translation>请写明理由，方便对方修改。</translation>
    </message>
</context>
<context>
    <name>DeskPlaces</name>
    <message>
        <source>Pipeline</source>
        <translation>推进</translation>
    </message>
    <message>
        <source>Library</source>
        <translation>话术与知识</translation>
    </message>
    <message>
        <source>Incoming number</source>
        <translation>来电号码</translation>
    </message>
</context>
<context>
    <name>Desktop</name>
    <message>
        <source>Sign in</source>
        <translation>登录</translation>
    </message>
    <message numerus="yes">
        <source>%n change(s) are not sent yet. They stay on this computer, but signing in again needs a connection to the server. Sign out all the same?</source>
        <translation>
            <numerusform>还有 %n 项修改没有发送。它们会留在本机，但再次登录需要连接服务器。仍要退出吗？</numerusform>
        </translation>
    </message>
    <message>
        <source>Sign out</source>
        <translation>退出登录</translation>
    </message>
</context>
<context>
    <name>DevicesPanel</name>
    <message>
        <source>Revoke and wipe…</source>
        <translation>停用并清除…</translation>
    </message>
    <message>
        <source>Rename…</source>
        <translation>改名…</translation>
    </message>
    <message>
        <source>Refresh</source>
        <translation>刷新</translation>
    </message>
    <message>
        <source>Devices</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Person</source>
        <translation>人员</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Last contact</source>
        <translation>最近联系</translation>
    </message>
    <message>
        <source>Signed in first</source>
        <translation>首次登录</translation>
    </message>
    <message>
        <source>Program</source>
        <translation>版本</translation>
    </message>
    <message>
        <source>Number</source>
        <translation>设备编号</translation>
    </message>
    <message>
        <source>Wiped</source>
        <translation>已清除</translation>
    </message>
    <message>
        <source>Revoked, not yet wiped</source>
        <translation>已停用，待清除</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>本机</translation>
    </message>
    <message>
        <source>Silent</source>
        <translation>久未联系</translation>
    </message>
    <message>
        <source>In use</source>
        <translation>使用中</translation>
    </message>
    <message>
        <source>{0} of {1} loses access at once, and wipes its data at the next contact. What it had not sent is kept in quarantine for you to decide about.</source>
        <translation>{1}的设备“{0}”立即失去访问权，下次联系时清除本机数据；没有发送的修改会进入隔离区，由您决定是否收下。</translation>
    </message>
    <message>
        <source>Revoke this device?</source>
        <translation>停用这台设备？</translation>
    </message>
    <message>
        <source>Revoke and wipe</source>
        <translation>停用并清除</translation>
    </message>
    <message>
        <source>{0} was revoked.</source>
        <translation>已停用“{0}”。</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>改名</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Renamed.</source>
        <translation>已改名。</translation>
    </message>
</context>
<context>
    <name>DuplicateDesk</name>
    <message>
        <source>Merge (Enter)</source>
        <translation>合并（Enter）</translation>
    </message>
    <message>
        <source>Not the same (N)</source>
        <translation>并非重复（N）</translation>
    </message>
    <message>
        <source>Later (S)</source>
        <translation>跳过（S）</translation>
    </message>
    <message>
        <source>Open the record</source>
        <translation>打开记录</translation>
    </message>
    <message>
        <source>Values side by side</source>
        <translation>逐项对比</translation>
    </message>
    <message>
        <source>{0} related</source>
        <translation>{0} 条关联</translation>
    </message>
    <message>
        <source>stays</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>{0} fields differ</source>
        <translation>{0} 项不同</translation>
    </message>
    <message>
        <source>1 2 3: which stays   ·   arrows and Space: take this value</source>
        <translation>1 2 3 选择保留哪条   ·   方向键移动，空格采用该值</translation>
    </message>
</context>
<context>
    <name>DuplicatesPage</name>
    <message>
        <source>Duplicates</source>
        <translation>查重</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>返回</translation>
    </message>
    <message>
        <source>Look through everything</source>
        <translation>全部重新查找</translation>
    </message>
    <message>
        <source>Groups of records that may be one</source>
        <translation>可能重复的分组</translation>
    </message>
    <message>
        <source>Looking for duplicates…</source>
        <translation>正在查找重复…</translation>
    </message>
    <message>
        <source>almost certain</source>
        <translation>基本确定</translation>
    </message>
    <message>
        <source>to be looked at</source>
        <translation>需要核对</translation>
    </message>
    <message>
        <source>{0} records</source>
        <translation>{0} 条记录</translation>
    </message>
    <message>
        <source>{0} groups of records that may be one</source>
        <translation>{0} 组记录可能重复</translation>
    </message>
    <message>
        <source>Records that may be one and the same</source>
        <translation>找出可能是同一个的记录</translation>
    </message>
    <message>
        <source>No duplicates</source>
        <translation>没有重复</translation>
    </message>
    <message>
        <source>Not looked yet</source>
        <translation>还没有查过</translation>
    </message>
    <message>
        <source>Customers, contacts and leads on this device are compared by name, number, code and address; nothing is merged before you say so.</source>
        <translation>按名称、号码、信用代码和地址比对本机的客户、联系人和线索；您确认之前不会合并任何记录。</translation>
    </message>
    <message>
        <source>Merging…</source>
        <translation>正在合并…</translation>
    </message>
    <message>
        <source>Merge {0} certain groups</source>
        <translation>合并 {0} 组确定的重复</translation>
    </message>
    <message>
        <source>All groups marked “almost certain”, in one act that can be taken back</source>
        <translation>合并所有标为“基本确定”的组，一步完成，可以撤销</translation>
    </message>
</context>
<context>
    <name>DutyPage</name>
    <message>
        <source>Back (Alt+Left)</source>
        <translation>返回（Alt+←）</translation>
    </message>
    <message>
        <source>Next two weeks</source>
        <translation>未来两周</translation>
    </message>
    <message>
        <source>Lines</source>
        <translation>排班明细</translation>
    </message>
    <message>
        <source>Shown</source>
        <translation>显示内容</translation>
    </message>
    <message>
        <source>Role on duty</source>
        <translation>值守角色</translation>
    </message>
    <message>
        <source>New line</source>
        <translation>新增排班</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>修改…</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>On duty</source>
        <translation>值守排班</translation>
    </message>
    <message>
        <source>All roles</source>
        <translation>全部角色</translation>
    </message>
    <message>
        <source>Who of a role helps when; stages name them</source>
        <translation>每个角色谁在什么时间值守；阶段卡片会显示该找谁</translation>
    </message>
    <message>
        <source>Stages also name, without a roster: {0}</source>
        <translation>阶段里还写到、但没有排班的角色：{0}</translation>
    </message>
    <message>
        <source>Day</source>
        <translation>日期</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>Nobody</source>
        <translation>无人值守</translation>
    </message>
    <message>
        <source>Holiday</source>
        <translation>节假日</translation>
    </message>
    <message>
        <source>Stands in</source>
        <translation>替班</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>安排</translation>
    </message>
    <message>
        <source>Who</source>
        <translation>值守人</translation>
    </message>
    <message>
        <source>When</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>nobody</source>
        <translation>无人值守</translation>
    </message>
    <message>
        <source>{0} for {1}</source>
        <translation>{0}（替{1}）</translation>
    </message>
    <message>
        <source>Over</source>
        <translation>已过期</translation>
    </message>
    <message>
        <source>office hours</source>
        <translation>上班时间</translation>
    </message>
    <message>
        <source>holidays too</source>
        <translation>含节假日</translation>
    </message>
    <message>
        <source>Say who of a role is on duty on which weekdays; holidays and absences are left out by themselves. Whoever is stuck in a stage then sees whom to ask, also offline.</source>
        <translation>按星期填写每个角色谁值守，节假日和请假会自动跳过。商机卡在某个阶段时，同事就能看到现在该找谁，离线也能看。</translation>
    </message>
    <message>
        <source>Stages name: {0}.</source>
        <translation>阶段里写到的角色：{0}。</translation>
    </message>
    <message>
        <source>No roster yet</source>
        <translation>还没有值守排班</translation>
    </message>
</context>
<context>
    <name>EverydayVerbs</name>
    <message>
        <source>Print this page…</source>
        <translation>打印当前页…</translation>
    </message>
    <message>
        <source>Export this list…</source>
        <translation>导出当前列表…</translation>
    </message>
    <message>
        <source>Lock now</source>
        <translation>立即锁定</translation>
    </message>
    <message>
        <source>Sign out</source>
        <translation>退出登录</translation>
    </message>
    <message>
        <source>New {0}</source>
        <translation>新建{0}</translation>
    </message>
    <message>
        <source>New customer &quot;{0}&quot;</source>
        <translation>新建客户「{0}」</translation>
    </message>
    <message>
        <source>bulk batch undo revert history</source>
        <translation>批量 撤销 撤回 收回 回滚 历史</translation>
    </message>
    <message>
        <source>restore deleted trash recover</source>
        <translation>恢复 找回 删除 误删</translation>
    </message>
    <message>
        <source>merge doubles duplicates</source>
        <translation>合并 重复 撞单</translation>
    </message>
    <message>
        <source>import excel csv contacts upload</source>
        <translation>导入 表格 Excel CSV 上传 名片</translation>
    </message>
    <message>
        <source>report summary today</source>
        <translation>日报 汇报 总结</translation>
    </message>
    <message>
        <source>pipeline kanban stages funnel</source>
        <translation>看板 漏斗 阶段 商机</translation>
    </message>
    <message>
        <source>voice dictation audio</source>
        <translation>语音 录音 听写</translation>
    </message>
    <message>
        <source>language theme password size reminders account</source>
        <translation>语言 深色 主题 密码 口令 字号 提醒 账号</translation>
    </message>
    <message>
        <source>conflicts offline upload network</source>
        <translation>冲突 离线 上传 网络</translation>
    </message>
    <message>
        <source>quality missing wrong clean</source>
        <translation>数据质量 缺失 清洗</translation>
    </message>
    <message>
        <source>pdf paper</source>
        <translation>PDF 纸</translation>
    </message>
    <message>
        <source>excel csv download</source>
        <translation>Excel 表格 下载</translation>
    </message>
    <message>
        <source>custom field layout form</source>
        <translation>自定义字段 布局 表单</translation>
    </message>
    <message>
        <source>accounts users leave</source>
        <translation>账号 用户 离职 交接</translation>
    </message>
    <message>
        <source>Administration: people</source>
        <translation>管理：人员</translation>
    </message>
    <message>
        <source>Administration: teams and territories</source>
        <translation>管理：团队与区域</translation>
    </message>
    <message>
        <source>Administration: roles</source>
        <translation>管理：角色权限</translation>
    </message>
    <message>
        <source>Administration: fields</source>
        <translation>管理：字段</translation>
    </message>
    <message>
        <source>Administration: devices</source>
        <translation>管理：设备</translation>
    </message>
    <message>
        <source>Administration: quarantine</source>
        <translation>管理：隔离区</translation>
    </message>
    <message>
        <source>Administration: policy</source>
        <translation>管理：策略</translation>
    </message>
    <message>
        <source>Administration: personal data</source>
        <translation>管理：个人信息</translation>
    </message>
    <message>
        <source>Administration: audit log</source>
        <translation>管理：审计记录</translation>
    </message>
    <message>
        <source>A list or a record can be printed; open one first.</source>
        <translation>列表和记录可以打印，请先打开一个。</translation>
    </message>
    <message>
        <source>A list can be exported; open one first.</source>
        <translation>列表可以导出，请先打开一个。</translation>
    </message>
    <message>
        <source>Work online again</source>
        <translation>恢复联网</translation>
    </message>
    <message>
        <source>Work offline</source>
        <translation>离线工作</translation>
    </message>
    <message>
        <source>Light colours</source>
        <translation>切换为浅色</translation>
    </message>
    <message>
        <source>Dark colours</source>
        <translation>切换为深色</translation>
    </message>
</context>
<context>
    <name>ExemptionSheet</name>
    <message>
        <source>Only this record</source>
        <translation>只这一条</translation>
    </message>
    <message>
        <source>Everything of this customer</source>
        <translation>这个客户的全部线索和商机</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>Until</source>
        <translation>到什么时候</translation>
    </message>
    <message>
        <source>Ask for an exemption</source>
        <translation>申请豁免</translation>
    </message>
    <message>
        <source>Hold up the clocks</source>
        <translation>豁免，暂停计时</translation>
    </message>
    <message>
        <source>Submit</source>
        <translation>提交</translation>
    </message>
    <message>
        <source>Exempt</source>
        <translation>豁免</translation>
    </message>
    <message>
        <source>No time counts and nobody is reminded while it lasts. A task asks you to look again after two weeks at the latest.</source>
        <translation>豁免期间不计时、不扣分、不提醒任何人；最迟两周后会有一条任务提醒您复查。</translation>
    </message>
    <message>
        <source>Your role may not grant this; whoever leads you is asked to.</source>
        <translation>您的角色不能直接豁免，提交后由主管决定。</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>类别</translation>
    </message>
    <message>
        <source>What it covers</source>
        <translation>范围</translation>
    </message>
</context>
<context>
    <name>ExplainSheet</name>
    <message>
        <source>Open the records</source>
        <translation>打开记录</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Give a task…</source>
        <translation>派任务…</translation>
    </message>
    <message>
        <source>Change the limit…</source>
        <translation>修改红线…</translation>
    </message>
    <message>
        <source>Records behind the value</source>
        <translation>数值背后的记录</translation>
    </message>
    <message>
        <source>Record</source>
        <translation>记录</translation>
    </message>
    <message>
        <source>Counts</source>
        <translation>计入</translation>
    </message>
    <message>
        <source>When</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>By whom</source>
        <translation>操作人</translation>
    </message>
    <message>
        <source>Looking up the records…</source>
        <translation>正在查找背后的记录…</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>数值</translation>
    </message>
    <message>
        <source>Meaning</source>
        <translation>含义</translation>
    </message>
    <message>
        <source>Formula</source>
        <translation>公式</translation>
    </message>
    <message>
        <source>Made of</source>
        <translation>构成</translation>
    </message>
    <message>
        <source>Period</source>
        <translation>期间</translation>
    </message>
    <message>
        <source>Narrowed to</source>
        <translation>筛选范围</translation>
    </message>
    <message>
        <source>Limit</source>
        <translation>红线</translation>
    </message>
    <message>
        <source>Suggestion</source>
        <translation>建议</translation>
    </message>
    <message>
        <source>{0} facts of {1} records.</source>
        <translation>由 {1} 条记录的 {0} 个事实算出。</translation>
    </message>
    <message>
        <source>Computing it again from them gives the same value.</source>
        <translation>用这些事实重算，结果一致。</translation>
    </message>
    <message>
        <source>The first {0} are listed.</source>
        <translation>下面列出前 {0} 个。</translation>
    </message>
    <message>
        <source>Of some, only the newest history is on this device: their times count from the earliest known.</source>
        <translation>其中有些记录只有较近的历史在本机，时长从已知的最早一刻算起。</translation>
    </message>
</context>
<context>
    <name>ExportSheet</name>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Records</source>
        <translation>记录</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>列</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>The {0} shown</source>
        <translation>列表显示的 {0} 列</translation>
    </message>
    <message>
        <source>All {0} I may see</source>
        <translation>可见的全部 {0} 列</translation>
    </message>
    <message>
        <source>Masked values stay masked. That you exported, how many records and when is noted for the audit, also offline.</source>
        <translation>脱敏的内容保持脱敏。谁在什么时候导出了多少条会记入审计，离线时也一样。</translation>
    </message>
    <message>
        <source>Export {0}…</source>
        <translation>导出 {0} 条…</translation>
    </message>
    <message>
        <source>Export to</source>
        <translation>导出到</translation>
    </message>
    <message>
        <source>Writing the file…</source>
        <translation>正在写文件……</translation>
    </message>
</context>
<context>
    <name>FactorRows</name>
    <message>
        <source>Grade {0} from</source>
        <translation>{0} 级起</translation>
    </message>
</context>
<context>
    <name>FactsCard</name>
    <message>
        <source>This device and its server</source>
        <translation>本机与服务器</translation>
    </message>
    <message>
        <source>Server</source>
        <translation>服务器</translation>
    </message>
    <message>
        <source>Device number</source>
        <translation>设备编号</translation>
    </message>
    <message>
        <source>Database</source>
        <translation>数据库</translation>
    </message>
    <message>
        <source>Other files</source>
        <translation>其他文件</translation>
    </message>
    <message>
        <source>Attachments to send</source>
        <translation>待发送附件</translation>
    </message>
    <message>
        <source>Copy diagnostics</source>
        <translation>复制诊断信息</translation>
    </message>
    <message>
        <source>For your IT: states and counts of this device, no customer data.</source>
        <translation>给 IT 用：本机的状态和数量，不含客户资料。</translation>
    </message>
    <message>
        <source>Copied. Paste it into your message to IT.</source>
        <translation>已复制，可以粘贴到发给 IT 的消息里。</translation>
    </message>
    <message>
        <source>{0} for {1} records and their history</source>
        <translation>{0}，{1} 条记录及其历史</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>{0}, {1}</source>
        <translation>{0} 个，{1}</translation>
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
    <name>FieldsSheet</name>
    <message>
        <source>What is masked or hidden never leaves the server. Laptops that hold it drop it at their next sync.</source>
        <translation>脱敏或隐藏的内容不会离开服务器；已经有这些内容的电脑，下次同步时清除。</translation>
    </message>
    <message>
        <source>Fields of {0}</source>
        <translation>{0}的字段</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>May change</source>
        <translation>可修改</translation>
    </message>
    <message>
        <source>Read-only</source>
        <translation>只读</translation>
    </message>
    <message>
        <source>Masked, like 138****5678</source>
        <translation>脱敏，如 138****5678</translation>
    </message>
    <message>
        <source>Hidden</source>
        <translation>隐藏</translation>
    </message>
</context>
<context>
    <name>FileStep</name>
    <message>
        <source>Drop a file here</source>
        <translation>把文件拖到这里</translation>
    </message>
    <message>
        <source>Excel (xlsx, xls), OpenDocument, CSV in any usual encoding, or vCard. Columns are recognised, duplicates are found, and nothing is written before you have seen what will happen.</source>
        <translation>支持 Excel（xlsx、xls）、OpenDocument、各种中文编码的 CSV 和 vCard。自动识别各列、查找重复，看过结果才会写入。</translation>
    </message>
    <message>
        <source>Choose a file… (Ctrl+O)</source>
        <translation>选择文件…（Ctrl+O）</translation>
    </message>
    <message>
        <source>“{0}” was not imported yet; its columns are as you left them.</source>
        <translation>「{0}」还没有导入，列的对应关系还在。</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>继续</translation>
    </message>
</context>
<context>
    <name>FillStrip</name>
    <message>
        <source>Handing over unsent changes and removing the data…</source>
        <translation>正在交出没有发送的修改，并清除数据…</translation>
    </message>
    <message>
        <source>Connecting to the server…</source>
        <translation>正在连接服务器…</translation>
    </message>
    <message>
        <source>Continue in your browser. This window goes on by itself.</source>
        <translation>请在浏览器里继续，登录后本窗口会自动往下进行。</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>正在停止…</translation>
    </message>
    <message>
        <source>The server is preparing your records…</source>
        <translation>服务器正在准备您的数据…</translation>
    </message>
    <message>
        <source>Receiving your records… {0}</source>
        <translation>正在接收您的数据… 已收到 {0} 条</translation>
    </message>
    <message>
        <source>Signing in…</source>
        <translation>正在登录…</translation>
    </message>
    <message>
        <source>Paused at {0} of {1} MB</source>
        <translation>已暂停，已下载 {0} / {1} MB</translation>
    </message>
    <message>
        <source>Downloading your records… {0} of {1} MB</source>
        <translation>正在下载您的数据… {0} / {1} MB</translation>
    </message>
</context>
<context>
    <name>FilterBar</name>
    <message>
        <source>1 year</source>
        <translation>1 年</translation>
    </message>
    <message>
        <source>Period</source>
        <translation>期间</translation>
    </message>
    <message>
        <source>Only mine</source>
        <translation>只看我的</translation>
    </message>
    <message>
        <source>{0} d</source>
        <translation>{0} 天</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>对比上期</translation>
    </message>
    <message>
        <source>Show the period before beside this one</source>
        <translation>把上一段同样长的时间放在旁边对照</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>清除</translation>
    </message>
    <message>
        <source>All teams</source>
        <translation>全部团队</translation>
    </message>
    <message>
        <source>All industries</source>
        <translation>全部行业</translation>
    </message>
    <message>
        <source>All sources</source>
        <translation>全部来源</translation>
    </message>
    <message>
        <source>All cities</source>
        <translation>全部城市</translation>
    </message>
</context>
<context>
    <name>FilterGroup</name>
    <message>
        <source>All of</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Any of</source>
        <translation>任一</translation>
    </message>
    <message>
        <source>None of</source>
        <translation>都不</translation>
    </message>
    <message>
        <source>How the conditions go together</source>
        <translation>条件之间的关系</translation>
    </message>
    <message>
        <source>these conditions hold</source>
        <translation>满足以下条件</translation>
    </message>
    <message>
        <source>Condition</source>
        <translation>条件</translation>
    </message>
    <message>
        <source>Group</source>
        <translation>条件组</translation>
    </message>
    <message>
        <source>Remove this group</source>
        <translation>移除此条件组</translation>
    </message>
</context>
<context>
    <name>FilterPanel</name>
    <message>
        <source>Close (Esc); the conditions stay</source>
        <translation>收起（Esc），条件保留</translation>
    </message>
</context>
<context>
    <name>FilterRow</name>
    <message>
        <source>Field</source>
        <translation>字段</translation>
    </message>
    <message>
        <source>Choose a field</source>
        <translation>选择字段</translation>
    </message>
    <message>
        <source>How it is compared</source>
        <translation>比较方式</translation>
    </message>
    <message>
        <source>Remove this condition</source>
        <translation>移除此条件</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>值</translation>
    </message>
    <message>
        <source>Choose one of the list.</source>
        <translation>请从列表中选择。</translation>
    </message>
    <message>
        <source>Choose one of the records found.</source>
        <translation>请从找到的记录中选择。</translation>
    </message>
    <message>
        <source>The first is beyond the second.</source>
        <translation>起始值大于结束值。</translation>
    </message>
    <message>
        <source>Add an option</source>
        <translation>添加选项</translation>
    </message>
</context>
<context>
    <name>FiringButton</name>
    <message>
        <source>By rule “{0}” · {1}</source>
        <translation>由规则「{0}」（{1}）生成</translation>
    </message>
    <message>
        <source>Rules acted: {0}</source>
        <translation>规则执行 {0} 次</translation>
    </message>
    <message>
        <source>Which rules did what here, by which version and why</source>
        <translation>哪些规则、哪一版、凭什么在这里做了什么</translation>
    </message>
</context>
<context>
    <name>FiringSheet</name>
    <message>
        <source>… and {0} earlier ones</source>
        <translation>……还有更早的 {0} 次</translation>
    </message>
    <message>
        <source>What rules did here</source>
        <translation>规则在这里做了什么</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>依据</translation>
    </message>
    <message>
        <source>Did</source>
        <translation>做了什么</translation>
    </message>
    <message>
        <source>Did nothing</source>
        <translation>没有执行</translation>
    </message>
    <message>
        <source>What the rule said then</source>
        <translation>当时的规则内容</translation>
    </message>
    <message>
        <source>published by {0}, {1}</source>
        <translation>{0} 发布于 {1}</translation>
    </message>
</context>
<context>
    <name>FollowUpEntry</name>
    <message>
        <source>A follow-up was not saved: {0}</source>
        <translation>有一条跟进还没保存：{0}</translation>
    </message>
    <message>
        <source>Go on with it</source>
        <translation>继续写</translation>
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
    <message>
        <source>With whom</source>
        <translation>跟进对象</translation>
    </message>
    <message>
        <source>What you did</source>
        <translation>做了什么</translation>
    </message>
    <message>
        <source>What came of it</source>
        <translation>关键结论</translation>
    </message>
    <message>
        <source>What comes next</source>
        <translation>下一步</translation>
    </message>
    <message>
        <source>On which day</source>
        <translation>下一步日期</translation>
    </message>
    <message>
        <source>Customer, contact or lead: name, initials, digits…</source>
        <translation>客户、联系人或线索：名称、首字母、尾号…</translation>
    </message>
    <message>
        <source>In a sentence; Alt+1 to 6 puts in a phrase</source>
        <translation>一两句话；Alt+1 到 6 插入常用语</translation>
    </message>
    <message>
        <source>It becomes a task; Alt+1 to 6 puts one in</source>
        <translation>会自动列入任务；Alt+1 到 6 插入</translation>
    </message>
    <message>
        <source>Tomorrow, +3, 11-30</source>
        <translation>明天、周三、+3、11-30</translation>
    </message>
    <message>
        <source>Choose one of the records found.</source>
        <translation>请从查到的结果里选一个。</translation>
    </message>
    <message>
        <source>Choose what you did: press {0}.</source>
        <translation>请选择做了什么：按 {0}。</translation>
    </message>
    <message>
        <source>This is the first follow-up: it needs one of these actions. Press {0}.</source>
        <translation>这是第一次跟进，必须先选一个动作才能保存：按 {0}。</translation>
    </message>
    <message>
        <source>At most {0} characters.</source>
        <translation>最多 {0} 个字。</translation>
    </message>
    <message>
        <source>No day: write tomorrow, +3 or 11-30.</source>
        <translation>看不懂这个日期：可以写 明天、周三、+3 或 11-30。</translation>
    </message>
    <message>
        <source>That day is over.</source>
        <translation>这一天已经过去了。</translation>
    </message>
</context>
<context>
    <name>FollowUpSheet</name>
    <message>
        <source>Log a follow-up</source>
        <translation>记跟进</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>No quick replies yet</source>
        <translation>还没有快捷回复</translation>
    </message>
</context>
<context>
    <name>FormBar</name>
    <message>
        <source>Visit</source>
        <translation>拜访</translation>
    </message>
    <message>
        <source>Call or message</source>
        <translation>电话或消息</translation>
    </message>
    <message>
        <source>Write it down as</source>
        <translation>记录为</translation>
    </message>
    <message>
        <source>Visit or call (F8)</source>
        <translation>拜访还是电话（F8）</translation>
    </message>
    <message>
        <source>as the note says · F8 switches</source>
        <translation>按记录内容判断 · F8 切换</translation>
    </message>
    <message>
        <source>F8 switches</source>
        <translation>F8 切换</translation>
    </message>
</context>
<context>
    <name>FormDrafts</name>
    <message>
        <source>A form was open and not saved when Suixing was locked or closed.</source>
        <translation>有一张表单没有保存，上次锁定或关闭时还开着。</translation>
    </message>
    <message>
        <source>Go on with it</source>
        <translation>继续填写</translation>
    </message>
    <message>
        <source>A visit was not saved: {0}</source>
        <translation>有一次拜访没有保存：{0}</translation>
    </message>
    <message>
        <source>no words yet</source>
        <translation>还没有内容</translation>
    </message>
    <message>
        <source>What you typed is kept.</source>
        <translation>刚才填的内容已保留。</translation>
    </message>
</context>
<context>
    <name>Greeting</name>
    <message>
        <source>Help</source>
        <translation>帮助</translation>
    </message>
    <message>
        <source>Show me around</source>
        <translation>功能导览</translation>
    </message>
    <message>
        <source>What is new</source>
        <translation>新变化</translation>
    </message>
    <message>
        <source>Suixing was updated to {0}.</source>
        <translation>随行已更新到 {0}。</translation>
    </message>
    <message>
        <source>Welcome to Suixing</source>
        <translation>欢迎使用随行</translation>
    </message>
    <message>
        <source>Your customers are on this computer, encrypted. Everything works without a network: in a lift, in a basement, on a train. One minute to look around.</source>
        <translation>您的客户加密保存在这台电脑上。电梯里、地库里、高铁上，没有网络一样用。花一分钟看一看。</translation>
    </message>
    <message>
        <source>Begin with Today</source>
        <translation>从“今天”开始</translation>
    </message>
    <message>
        <source>What to do now, in order, and why. Space finishes a line, S puts it off, C copies words you could use.</source>
        <translation>现在该做什么、先做哪个、为什么，都排好了。空格完成，S 推后，C 复制话术。</translation>
    </message>
    <message>
        <source>Find anything</source>
        <translation>什么都能找到</translation>
    </message>
    <message>
        <source>Ctrl+K, then characters, pinyin initials or the last four digits of a phone. Commands are found there too: try “bf” for logging a visit.</source>
        <translation>按 Ctrl+K，输入汉字、拼音首字母或电话末四位。功能也在这里找：输入“jbf”就是记拜访。</translation>
    </message>
    <message>
        <source>Say it once</source>
        <translation>说一遍就好</translation>
    </message>
    <message>
        <source>Ctrl+Shift+V logs a visit. Hold Space and speak: customer, product, budget and promise are filled in for you to confirm. Ctrl+Z takes anything back.</source>
        <translation>Ctrl+Shift+V 记拜访。按住空格说话，客户、产品、预算、承诺自动填好，您只需确认。任何操作都可以按 Ctrl+Z 撤销。</translation>
    </message>
    <message>
        <source>Always in step</source>
        <translation>随时同步</translation>
    </message>
    <message>
        <source>Whether your changes have reached the server. When two people change the same field, both versions wait for you here; nothing is lost.</source>
        <translation>这里写明您的修改有没有送到服务器。两个人改了同一处，两个版本都在这里等您决定，什么都不会丢。</translation>
    </message>
    <message>
        <source>Settings, help, a second window</source>
        <translation>设置、帮助、新窗口</translation>
    </message>
    <message>
        <source>F1 opens the help for the page you are on. This tour can be had again from this menu.</source>
        <translation>F1 打开当前页面的帮助。这份导览可以从这个菜单再看一遍。</translation>
    </message>
</context>
<context>
    <name>GuardSheet</name>
    <message>
        <source>Records</source>
        <translation>对象</translation>
    </message>
    <message>
        <source>While</source>
        <translation>当</translation>
    </message>
    <message>
        <source>is</source>
        <translation>为</translation>
    </message>
    <message>
        <source>Frozen fields</source>
        <translation>冻结的字段</translation>
    </message>
    <message>
        <source>Not for roles</source>
        <translation>不受限的角色</translation>
    </message>
    <message>
        <source>Reason shown</source>
        <translation>给出的理由</translation>
    </message>
    <message>
        <source>No field named: the whole record is frozen.</source>
        <translation>不写字段时，冻结整条记录。</translation>
    </message>
    <message>
        <source>New freeze rule</source>
        <translation>新建冻结规则</translation>
    </message>
    <message>
        <source>Create</source>
        <translation>创建</translation>
    </message>
    <message>
        <source>This field must not be empty.</source>
        <translation>这个字段不能为空。</translation>
    </message>
    <message>
        <source>Not a field of these records: {0}</source>
        <translation>没有这些字段：{0}</translation>
    </message>
</context>
<context>
    <name>Guest</name>
    <message>
        <source>Seen as {0}: read only</source>
        <translation>正在以{0}的身份查看：只能看，不能改</translation>
    </message>
    <message>
        <source>Read only</source>
        <translation>只读</translation>
    </message>
</context>
<context>
    <name>HealthPage</name>
    <message>
        <source>Back (Alt+Left)</source>
        <translation>返回（Alt+←）</translation>
    </message>
    <message>
        <source>Check now</source>
        <translation>开始体检</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>导出…</translation>
    </message>
    <message>
        <source>Tasks for owners</source>
        <translation>给负责人派任务</translation>
    </message>
    <message>
        <source>Score</source>
        <translation>得分</translation>
    </message>
    <message>
        <source>By month</source>
        <translation>每月得分</translation>
    </message>
    <message>
        <source>The server checks everything once a month; its scores appear here.</source>
        <translation>服务器每月体检一次全部数据，得分显示在这里。</translation>
    </message>
    <message>
        <source>How healthy is your data?</source>
        <translation>数据体检</translation>
    </message>
    <message>
        <source>Duplicates, empty fields, invalid values, owners who have left, records nobody touched: counted on this device, over what you may see.</source>
        <translation>重复、空值、无效的值、归属异常、长期不动：在这台电脑上统计您能看到的全部记录，不需要网络。</translation>
    </message>
    <message>
        <source>The first {0} of {1}</source>
        <translation>前 {0} 条，共 {1} 条</translation>
    </message>
    <message>
        <source>Data check</source>
        <translation>数据体检</translation>
    </message>
    <message>
        <source>{0} of {1} checks are beyond their limit. A section costs points by the share of its records that are wrong.</source>
        <translation>{1} 项检查中有 {0} 项超过警戒线。满分 100，每一类按有问题的记录占比扣分。</translation>
    </message>
    <message>
        <source>Counted on this device, also without a network</source>
        <translation>在这台电脑上统计，不需要网络</translation>
    </message>
    <message>
        <source>As of {0} · every number opens its records</source>
        <translation>截至 {0} · 每个数字都能打开对应的记录</translation>
    </message>
    <message>
        <source>Export to</source>
        <translation>导出到</translation>
    </message>
</context>
<context>
    <name>HealthSection</name>
    <message>
        <source>{0} more checks found nothing.</source>
        <translation>另外 {0} 项没有发现问题。</translation>
    </message>
    <message>
        <source>One more check found nothing.</source>
        <translation>另外 1 项没有发现问题。</translation>
    </message>
    <message>
        <source>Nothing is wrong here.</source>
        <translation>这一类没有发现问题。</translation>
    </message>
    <message>
        <source>{0}: {1} (limit {2})</source>
        <translation>{0}：{1}（警戒线 {2}）</translation>
    </message>
</context>
<context>
    <name>HelpWindow</name>
    <message>
        <source>What is new</source>
        <translation>新变化</translation>
    </message>
    <message>
        <source>Suixing help</source>
        <translation>随行帮助</translation>
    </message>
    <message>
        <source>Search the help</source>
        <translation>在帮助里查找</translation>
    </message>
    <message>
        <source>Chapters</source>
        <translation>章节</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>正文</translation>
    </message>
    <message>
        <source>Nothing in the help has these words.</source>
        <translation>帮助里没有这些字。</translation>
    </message>
</context>
<context>
    <name>Histogram</name>
    <message>
        <source>{0} points: {1} now, {2} before</source>
        <translation>{0} 分：现在 {1} 条，原来 {2} 条</translation>
    </message>
</context>
<context>
    <name>HistoryPanel</name>
    <message>
        <source>Close (Esc)</source>
        <translation>关闭（Esc）</translation>
    </message>
    <message>
        <source>Nothing of it on this device</source>
        <translation>本机上没有它的历史</translation>
    </message>
    <message>
        <source>What happened before this device was filled is at the server.</source>
        <translation>本机首次同步之前的修改都在服务器上。</translation>
    </message>
    <message>
        <source>No earlier versions</source>
        <translation>还没有修改记录</translation>
    </message>
    <message>
        <source>As soon as someone changes this field, every value it had is kept here.</source>
        <translation>只要有人改过这个字段，它的每一个值都会留在这里。</translation>
    </message>
    <message>
        <source>History of &quot;{0}&quot;</source>
        <translation>「{0}」的修改历史</translation>
    </message>
    <message>
        <source>1 version</source>
        <translation>1 个版本</translation>
    </message>
    <message>
        <source>{0} versions</source>
        <translation>{0} 个版本</translation>
    </message>
    <message>
        <source>↑ ↓ to choose, Enter restores, Esc closes</source>
        <translation>↑↓ 选择，Enter 恢复，Esc 关闭</translation>
    </message>
</context>
<context>
    <name>ImportPage</name>
    <message>
        <source>Import</source>
        <translation>导入</translation>
    </message>
    <message>
        <source>Excel, CSV and vCard files; looked at first, taken back as a whole</source>
        <translation>Excel、CSV、vCard 文件；先检查再写入，可整体撤销</translation>
    </message>
    <message>
        <source>Back (Alt+Left)</source>
        <translation>返回（Alt+←）</translation>
    </message>
    <message>
        <source>Choose a file</source>
        <translation>选择文件</translation>
    </message>
    <message>
        <source>1 File</source>
        <translation>1 文件</translation>
    </message>
    <message>
        <source>2 Columns</source>
        <translation>2 对应列</translation>
    </message>
    <message>
        <source>3 Check</source>
        <translation>3 检查</translation>
    </message>
    <message>
        <source>4 Import</source>
        <translation>4 导入</translation>
    </message>
</context>
<context>
    <name>IncomingSheet</name>
    <message>
        <source>Incoming number</source>
        <translation>来电号码</translation>
    </message>
    <message>
        <source>Log this call</source>
        <translation>记这通电话</translation>
    </message>
    <message>
        <source>A number in any form, or its last four digits</source>
        <translation>任意写法的号码，或末四位</translation>
    </message>
    <message>
        <source>Who it may be</source>
        <translation>可能是谁</translation>
    </message>
    <message>
        <source>Enter opens   ·   Ctrl+Enter logs the call   ·   ↑↓ choose</source>
        <translation>回车打开   ·   Ctrl+Enter 记这通电话   ·   ↑↓ 选择</translation>
    </message>
    <message>
        <source>At least four digits; spaces, dashes and +86 do not matter.</source>
        <translation>至少四位；空格、横线和 +86 都不影响。</translation>
    </message>
    <message>
        <source>Not on this device. A customer of {0} has this number, since {1}.</source>
        <translation>本机没有。公司里有客户登记了这个号码：负责人{0}，{1} 起。</translation>
    </message>
    <message>
        <source>Nobody on this device has this number.</source>
        <translation>本机没有人是这个号码。</translation>
    </message>
    <message>
        <source>Promised and open</source>
        <translation>承诺和未完成</translation>
    </message>
    <message>
        <source>Nothing is open</source>
        <translation>没有未完成的事</translation>
    </message>
    <message>
        <source>Last follow-up {0}: {1}</source>
        <translation>上次跟进 {0}：{1}</translation>
    </message>
</context>
<context>
    <name>InlineField</name>
    <message>
        <source>Changed elsewhere just now to: {0}</source>
        <translation>别处刚刚改成了：{0}</translation>
    </message>
    <message>
        <source>History of &quot;{0}&quot; (H)</source>
        <translation>「{0}」的修改历史（H）</translation>
    </message>
    <message>
        <source>Open this record (O)</source>
        <translation>打开这条记录（O）</translation>
    </message>
    <message>
        <source>Enter or click to edit · H for history · Ctrl+C copies</source>
        <translation>Enter 或点击编辑 · H 看历史 · Ctrl+C 复制</translation>
    </message>
    <message>
        <source>Read-only: written by the system, or not yours to change</source>
        <translation>只读：由系统填写，或您的角色不能修改</translation>
    </message>
    <message>
        <source>This field must not be empty.</source>
        <translation>这个字段不能为空。</translation>
    </message>
    <message>
        <source>Choose one of the records found, or leave this empty.</source>
        <translation>请从找到的记录中选一条，或者留空。</translation>
    </message>
</context>
<context>
    <name>JourneyButton</name>
    <message>
        <source>Journey: nodes, hours and people</source>
        <translation>旅程：节点、时长与经手人</translation>
    </message>
</context>
<context>
    <name>JourneyPage</name>
    <message>
        <source>Back (Alt+Left)</source>
        <translation>返回（Alt+←）</translation>
    </message>
    <message>
        <source>Open the record</source>
        <translation>打开记录</translation>
    </message>
    <message>
        <source>Nodes, hours and people</source>
        <translation>节点、时长与经手人</translation>
    </message>
    <message>
        <source>There is no journey to show</source>
        <translation>没有可看的旅程</translation>
    </message>
    <message>
        <source>It was deleted, or it moved to colleagues whose records you do not see.</source>
        <translation>它已被删除，或已转给您看不到其记录的同事。</translation>
    </message>
    <message>
        <source>Journey</source>
        <translation>旅程</translation>
    </message>
    <message>
        <source>Journey · {0}</source>
        <translation>旅程 · {0}</translation>
    </message>
    <message>
        <source>The line on a bar is the standard for that node; hatched is past it.</source>
        <translation>条上的竖线是该节点的标准时长；斜纹表示已超过。</translation>
    </message>
</context>
<context>
    <name>LayoutPanel</name>
    <message>
        <source>Kind of record</source>
        <translation>记录类型</translation>
    </message>
    <message>
        <source>How the form looks</source>
        <translation>表单预览</translation>
    </message>
    <message>
        <source>Field</source>
        <translation>字段</translation>
    </message>
    <message>
        <source>Section</source>
        <translation>分区</translation>
    </message>
    <message>
        <source>In the form</source>
        <translation>表单中</translation>
    </message>
    <message>
        <source>Fields</source>
        <translation>字段</translation>
    </message>
    <message>
        <source>Up (Alt+Up)</source>
        <translation>上移（Alt+↑）</translation>
    </message>
    <message>
        <source>Down (Alt+Down)</source>
        <translation>下移（Alt+↓）</translation>
    </message>
    <message>
        <source>Section; type a new one</source>
        <translation>分区，可输入新的</translation>
    </message>
    <message>
        <source>New field…</source>
        <translation>新字段…</translation>
    </message>
    <message>
        <source>Industry templates…</source>
        <translation>行业模板…</translation>
    </message>
    <message>
        <source>Required when…</source>
        <translation>条件必填…</translation>
    </message>
    <message>
        <source>Edit…</source>
        <translation>修改…</translation>
    </message>
    <message>
        <source>Retire</source>
        <translation>停用</translation>
    </message>
    <message>
        <source>As shipped</source>
        <translation>恢复默认</translation>
    </message>
    <message>
        <source>Hidden</source>
        <translation>隐藏</translation>
    </message>
    <message>
        <source>Required</source>
        <translation>必填</translation>
    </message>
    <message>
        <source>Shown</source>
        <translation>显示</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>显示</translation>
    </message>
    <message>
        <source>Hide</source>
        <translation>隐藏</translation>
    </message>
    <message>
        <source>Not required</source>
        <translation>不必填</translation>
    </message>
    <message>
        <source>Require</source>
        <translation>设为必填</translation>
    </message>
</context>
<context>
    <name>LeaseNote</name>
    <message>
        <source>Sync now</source>
        <translation>立即同步</translation>
    </message>
</context>
<context>
    <name>LeaverSheet</name>
    <message>
        <source>New owner</source>
        <translation>接手人</translation>
    </message>
    <message>
        <source>{0} leaves the company</source>
        <translation>{0}离职</translation>
    </message>
    <message>
        <source>Hand over and close the account</source>
        <translation>移交并停用账号</translation>
    </message>
    <message>
        <source>All records go to the new owner in one act, which you can undo. Then the account is closed: its devices wipe themselves at their next contact, and what they had not sent comes to quarantine.</source>
        <translation>全部记录一次移交给接手人，可以撤销。随后停用账号：其设备下次联系时清除数据，没有发送的修改进入隔离区。</translation>
    </message>
    <message>
        <source>This person owns no records.</source>
        <translation>此人名下没有记录。</translation>
    </message>
    <message>
        <source>Choose who takes over.</source>
        <translation>请选择接手人。</translation>
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
    <name>LibraryPage</name>
    <message>
        <source>Library</source>
        <translation>话术与知识</translation>
    </message>
    <message>
        <source>What to say, and what to know; uses are counted</source>
        <translation>该说什么、该知道什么；使用会计数</translation>
    </message>
    <message>
        <source>What is shown</source>
        <translation>显示什么</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>内容</translation>
    </message>
    <message>
        <source>New</source>
        <translation>新建</translation>
    </message>
    <message>
        <source>Copy (Ctrl+Shift+C)</source>
        <translation>复制（Ctrl+Shift+C）</translation>
    </message>
    <message>
        <source>It helped: count a use</source>
        <translation>有帮助，记一次使用</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>编辑</translation>
    </message>
    <message>
        <source>used {0} times</source>
        <translation>用过 {0} 次</translation>
    </message>
    <message>
        <source>No articles yet</source>
        <translation>还没有知识文章</translation>
    </message>
    <message>
        <source>Procedures and answers, written once and found by everybody.</source>
        <translation>流程和常见问题写一次，大家都能查到。</translation>
    </message>
    <message>
        <source>No quick replies yet</source>
        <translation>还没有快捷回复</translation>
    </message>
    <message>
        <source>What is said often, with [姓名] where the name goes; Alt+R puts it in.</source>
        <translation>常说的话，用 [姓名] 代替名字；记跟进时按 Alt+R 插入。</translation>
    </message>
</context>
<context>
    <name>LikelyPanel</name>
    <message>
        <source>Create a second one all the same…</source>
        <translation>仍要另建一条…</translation>
    </message>
    <message>
        <source>Why there should be two; it stands in the history</source>
        <translation>为什么要有两条；会写进历史</translation>
    </message>
    <message>
        <source>Reason for a second record</source>
        <translation>另建一条的理由</translation>
    </message>
    <message>
        <source>This {0} is there already: {1}. Open it instead of adding another.</source>
        <translation>这个{0}已经有了：{1}。请打开那条记录，不要重复新建。</translation>
    </message>
    <message>
        <source>Somebody in your company has it already ({0}): {1}, since {2}.</source>
        <translation>公司里已有人登记（{0}）：负责人{1}，{2} 起。</translation>
    </message>
    <message>
        <source>nobody&apos;s in particular</source>
        <translation>暂无</translation>
    </message>
    <message>
        <source>Nothing was created: your company has it already ({0}; {1}, since {2}). Ask them, or a manager, who can create a second one with a reason.</source>
        <translation>没有新建：公司里已有人登记（{0}），负责人{1}，{2} 起。请联系负责人；确需另建，可请主管写明理由后新建。</translation>
    </message>
    <message>
        <source>Nothing was created: your company has it already ({0}; {1}, since {2}). Write below why there should be a second one.</source>
        <translation>没有新建：公司里已有人登记（{0}），负责人{1}，{2} 起。确需另建，请在下面写明理由。</translation>
    </message>
    <message>
        <source>It may be there already:</source>
        <translation>可能已经有了：</translation>
    </message>
    <message>
        <source>Called like this so far:</source>
        <translation>名称或号码相近的：</translation>
    </message>
    <message>
        <source>same credit code</source>
        <translation>统一社会信用代码相同</translation>
    </message>
    <message>
        <source>same phone number</source>
        <translation>电话相同</translation>
    </message>
    <message>
        <source>Not everything on this device is looked through yet; more may follow.</source>
        <translation>本机数据还在整理，可能还有别的重复。</translation>
    </message>
    <message>
        <source>Provisional: the server checks again when you are online.</source>
        <translation>暂定结果：联网后由服务器再核对。</translation>
    </message>
    <message>
        <source>None found on this device; the server checks again when you are online.</source>
        <translation>本机没有发现重复；联网后由服务器再核对。</translation>
    </message>
</context>
<context>
    <name>LimitSheet</name>
    <message>
        <source>Limit · {0}</source>
        <translation>红线 · {0}</translation>
    </message>
    <message>
        <source>Save and publish…</source>
        <translation>保存并发布…</translation>
    </message>
    <message>
        <source>Save as a draft</source>
        <translation>只存草稿</translation>
    </message>
    <message>
        <source>never red</source>
        <translation>从不标红</translation>
    </message>
    <message>
        <source>In force: {0}.</source>
        <translation>当前生效：{0}。</translation>
    </message>
    <message>
        <source>Below is a draft that was not published yet.</source>
        <translation>下面是一份还没有发布的草稿。</translation>
    </message>
    <message>
        <source>Red above the limit</source>
        <translation>高于红线时标红</translation>
    </message>
    <message>
        <source>Red below the limit</source>
        <translation>低于红线时标红</translation>
    </message>
    <message>
        <source>Never red</source>
        <translation>从不标红</translation>
    </message>
    <message>
        <source>When</source>
        <translation>何时标红</translation>
    </message>
    <message>
        <source>Limit</source>
        <translation>红线</translation>
    </message>
    <message>
        <source>Next step</source>
        <translation>建议动作</translation>
    </message>
    <message>
        <source>Exactly the limit is red as well</source>
        <translation>正好等于红线也标红</translation>
    </message>
    <message>
        <source>The limit is a rule: once published it counts on every board for everybody, or on trial for one team; any earlier version can be brought back.</source>
        <translation>红线是一条规则：发布后对所有人的所有看板生效，也可以先让一个团队试行；随时能恢复到以前的版本。</translation>
    </message>
    <message>
        <source>A number, such as 85.</source>
        <translation>请填一个数，例如 85。</translation>
    </message>
    <message>
        <source>Of the {0} values of this tile {1} would be red (now {2}).</source>
        <translation>这块图的 {0} 个值里有 {1} 个会标红（现在 {2} 个）。</translation>
    </message>
    <message>
        <source>Of the last {0} weeks {1} (now {2}).</source>
        <translation>最近 {0} 个整周里有 {1} 周（现在 {2} 周）。</translation>
    </message>
</context>
<context>
    <name>ListColumns</name>
    <message>
        <source>Sort ascending</source>
        <translation>升序排列</translation>
    </message>
    <message>
        <source>Sort descending</source>
        <translation>降序排列</translation>
    </message>
    <message>
        <source>Let all columns scroll</source>
        <translation>取消冻结</translation>
    </message>
    <message>
        <source>Freeze up to here</source>
        <translation>冻结到此列</translation>
    </message>
    <message>
        <source>Hide this column</source>
        <translation>隐藏此列</translation>
    </message>
    <message>
        <source>Choose columns…</source>
        <translation>选择列…</translation>
    </message>
</context>
<context>
    <name>ListFilters</name>
    <message>
        <source>Mine</source>
        <translation>我的</translation>
    </message>
    <message>
        <source>Clear filters</source>
        <translation>清除筛选</translation>
    </message>
    <message>
        <source>Save as a view</source>
        <translation>存为视图</translation>
    </message>
    <message>
        <source>Group by</source>
        <translation>分组</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>列</translation>
    </message>
    <message>
        <source>Name, pinyin, digits</source>
        <translation>名称、拼音、号码</translation>
    </message>
    <message>
        <source>Search {0}: name, pinyin, digits</source>
        <translation>搜索{0}：名称、拼音、号码</translation>
    </message>
    <message>
        <source>Conditions</source>
        <translation>更多条件</translation>
    </message>
    <message>
        <source>Conditions on any field (Ctrl+Shift+L)</source>
        <translation>按任意字段筛选（Ctrl+Shift+L）</translation>
    </message>
</context>
<context>
    <name>ListGrouping</name>
    <message>
        <source>No groups</source>
        <translation>不分组</translation>
    </message>
    <message>
        <source>By day</source>
        <translation>按天</translation>
    </message>
    <message>
        <source>By week</source>
        <translation>按周</translation>
    </message>
    <message>
        <source>By month</source>
        <translation>按月</translation>
    </message>
</context>
<context>
    <name>ListMore</name>
    <message>
        <source>Edit many…</source>
        <translation>批量修改…</translation>
    </message>
    <message>
        <source>Import…</source>
        <translation>导入…</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>导出…</translation>
    </message>
    <message>
        <source>Print…</source>
        <translation>打印…</translation>
    </message>
    <message>
        <source>Recycle bin</source>
        <translation>回收站</translation>
    </message>
    <message>
        <source>More for this list</source>
        <translation>更多列表操作</translation>
    </message>
</context>
<context>
    <name>ListPage</name>
    <message>
        <source>New</source>
        <translation>新建</translation>
    </message>
    <message>
        <source>New {0} (N)</source>
        <translation>新建{0}（N）</translation>
    </message>
    <message>
        <source>Back (Alt+Left)</source>
        <translation>返回（Alt+←）</translation>
    </message>
</context>
<context>
    <name>ListTeaching</name>
    <message>
        <source>1 record</source>
        <translation>1 条</translation>
    </message>
    <message>
        <source>{0} records</source>
        <translation>{0} 条</translation>
    </message>
    <message>
        <source>{0} or more, type on to narrow it down</source>
        <translation>{0}以上，继续输入可缩小范围</translation>
    </message>
    <message>
        <source>{0} after filters</source>
        <translation>筛选后 {0}</translation>
    </message>
    <message>
        <source>names are still being sorted…</source>
        <translation>正在按名称排序…</translation>
    </message>
    <message>
        <source>{0} selected, Ctrl+B edits them</source>
        <translation>已选 {0} 条，Ctrl+B 批量修改</translation>
    </message>
    <message>
        <source>No {0} match</source>
        <translation>没有符合条件的{0}</translation>
    </message>
    <message>
        <source>Try fewer letters, pinyin initials or the last four digits of a phone.</source>
        <translation>试试更短的关键字、拼音首字母，或电话后四位。</translation>
    </message>
    <message>
        <source>Clear filters</source>
        <translation>清除筛选</translation>
    </message>
    <message>
        <source>No records behind this number</source>
        <translation>这个数字背后没有记录</translation>
    </message>
    <message>
        <source>Nothing fits it at the moment; the list fills by itself. Esc goes back.</source>
        <translation>现在没有符合的记录，一有就会自动出现。按 Esc 返回。</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>返回</translation>
    </message>
    <message>
        <source>Write down what each channel or campaign cost, with the source named as its leads name it; boards then show cost per lead and return. Excel lists can be imported.</source>
        <translation>记下每个渠道、每场活动花了多少，来源写得和线索上的一样，看板就能算出获客成本和渠道回报；也可以从 Excel 导入。</translation>
    </message>
    <message>
        <source>Ask customers how likely they are to recommend you, 0 to 10, and write it down or import the answers from Excel; boards show NPS by month.</source>
        <translation>问客户有多愿意推荐您（0–10 分），记在这里，或从 Excel 导入问卷结果；看板按月显示净推荐值。</translation>
    </message>
    <message>
        <source>What you and your colleagues record appears here, offline too.</source>
        <translation>您和同事的记录都会出现在这里，没有网络也一样。</translation>
    </message>
    <message>
        <source>New {0} (N)</source>
        <translation>新建{0}（N）</translation>
    </message>
    <message>
        <source>No {0} yet</source>
        <translation>还没有{0}</translation>
    </message>
</context>
<context>
    <name>ListViews</name>
    <message>
        <source>This view was saved by a newer version: its conditions are left out.</source>
        <translation>此视图由更新的版本保存，其中的条件无法识别，已略去。</translation>
    </message>
    <message>
        <source>This view uses fields your role may not see ({0}). They are left out, so your list may be longer than your colleague&apos;s.</source>
        <translation>此视图用到了您的角色看不到的字段（{0}），相关条件和列已略去，列表可能比同事看到的多。</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Today</source>
        <translation>今天</translation>
    </message>
    <message>
        <source>Calendar</source>
        <translation>日历</translation>
    </message>
    <message>
        <source>Administration</source>
        <translation>管理</translation>
    </message>
    <message>
        <source>Sync centre</source>
        <translation>同步中心</translation>
    </message>
    <message>
        <source>Settings…</source>
        <translation>设置…</translation>
    </message>
    <message>
        <source>Lock now</source>
        <translation>立即锁定</translation>
    </message>
    <message>
        <source>Log a visit</source>
        <translation>记拜访</translation>
    </message>
    <message>
        <source>Log a follow-up</source>
        <translation>记跟进</translation>
    </message>
    <message>
        <source>Batches…</source>
        <translation>批次…</translation>
    </message>
    <message>
        <source>Customers</source>
        <translation>客户</translation>
    </message>
    <message>
        <source>Contacts</source>
        <translation>联系人</translation>
    </message>
    <message>
        <source>Leads</source>
        <translation>线索</translation>
    </message>
    <message>
        <source>Opportunities</source>
        <translation>商机</translation>
    </message>
    <message>
        <source>Visits</source>
        <translation>拜访</translation>
    </message>
    <message>
        <source>Tasks</source>
        <translation>任务</translation>
    </message>
    <message>
        <source>Products</source>
        <translation>产品</translation>
    </message>
</context>
<context>
    <name>MappingStep</name>
    <message>
        <source>Rows are</source>
        <translation>每行是</translation>
    </message>
    <message>
        <source>Sheet</source>
        <translation>工作表</translation>
    </message>
    <message>
        <source>Heading</source>
        <translation>表头</translation>
    </message>
    <message>
        <source>Encoding</source>
        <translation>编码</translation>
    </message>
    <message>
        <source>Saved mapping</source>
        <translation>已存的映射</translation>
    </message>
    <message>
        <source>If it is there already</source>
        <translation>如果已有</translation>
    </message>
    <message>
        <source>Check the rows</source>
        <translation>检查各行</translation>
    </message>
    <message>
        <source>Ctrl+Enter</source>
        <translation>Ctrl+Enter</translation>
    </message>
    <message>
        <source>Save this mapping…</source>
        <translation>保存映射…</translation>
    </message>
    <message>
        <source>The first rows, as they will be</source>
        <translation>前几行导入后的样子</translation>
    </message>
    <message>
        <source>no heading</source>
        <translation>没有表头</translation>
    </message>
    <message>
        <source>row {0}</source>
        <translation>第 {0} 行</translation>
    </message>
    <message>
        <source>recognised</source>
        <translation>自动识别</translation>
    </message>
    <message>
        <source>fill empty fields</source>
        <translation>只补充空白字段</translation>
    </message>
    <message>
        <source>replace with the file&apos;s</source>
        <translation>以文件为准更新</translation>
    </message>
    <message>
        <source>leave it as it is</source>
        <translation>保持不动</translation>
    </message>
    <message>
        <source>add a second one</source>
        <translation>另建一条</translation>
    </message>
    <message>
        <source>The file has no columns {0}; the mapping knows them.</source>
        <translation>文件里没有这些列：{0}，映射里有。</translation>
    </message>
    <message>
        <source>Save this mapping</source>
        <translation>保存映射</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
</context>
<context>
    <name>MendBar</name>
    <message>
        <source>Ways to put it right</source>
        <translation>修正方法</translation>
    </message>
</context>
<context>
    <name>MergeSheet</name>
    <message>
        <source>Merge {0}</source>
        <translation>合并{0}</translation>
    </message>
    <message>
        <source>Merge</source>
        <translation>合并</translation>
    </message>
    <message>
        <source>Merge with</source>
        <translation>与哪一条合并</translation>
    </message>
    <message>
        <source>Keep the other one</source>
        <translation>改为保留另一条</translation>
    </message>
    <message>
        <source>That is the record itself.</source>
        <translation>这就是当前这条记录。</translation>
    </message>
    <message>
        <source>{0} (stays)</source>
        <translation>{0}（保留）</translation>
    </message>
    <message>
        <source>{0} (is merged)</source>
        <translation>{0}（并入）</translation>
    </message>
    <message>
        <source>Search for the other record by name, pinyin or the last digits.</source>
        <translation>用名称、拼音或尾号找到另一条记录。</translation>
    </message>
    <message>
        <source>Comes along: {0}. It can be taken back at any time.</source>
        <translation>随之移动：{0}。任何时候都可以取消合并。</translation>
    </message>
    <message>
        <source>It can be taken back at any time.</source>
        <translation>任何时候都可以取消合并。</translation>
    </message>
</context>
<context>
    <name>MergedLine</name>
    <message>
        <source>Merge with another record; it can be taken back</source>
        <translation>与另一条记录合并，可以取消</translation>
    </message>
    <message>
        <source>“{0}” was merged into this record</source>
        <translation>「{0}」已合并到这条记录</translation>
    </message>
    <message>
        <source>{1}: {0} merged into this one</source>
        <translation>包含 {0} 个合并来的{1}</translation>
    </message>
</context>
<context>
    <name>ModelCard</name>
    <message>
        <source>Speech recognition</source>
        <translation>语音识别</translation>
    </message>
    <message>
        <source>Company mirror</source>
        <translation>公司镜像</translation>
    </message>
    <message>
        <source>https://… or a shared folder with the zips</source>
        <translation>https://… 或放有压缩包的共享文件夹</translation>
    </message>
    <message>
        <source>Models work without a network. They come from their maker, else from the mirror, else from a zip your IT gives you; every part is checked before it is used.</source>
        <translation>模型装好后不需要网络。获取时依次尝试官方地址和公司镜像，也可以导入 IT 提供的压缩包；每个文件都经过检查才会使用。</translation>
    </message>
</context>
<context>
    <name>ModelRow</name>
    <message>
        <source>Continue</source>
        <translation>继续下载</translation>
    </message>
    <message>
        <source>Get the model</source>
        <translation>获取模型</translation>
    </message>
    <message>
        <source>Import a zip…</source>
        <translation>导入压缩包…</translation>
    </message>
    <message>
        <source>Use this one</source>
        <translation>用这个</translation>
    </message>
    <message>
        <source>Try it</source>
        <translation>试一试</translation>
    </message>
    <message>
        <source>How well this computer keeps up with it</source>
        <translation>看看这台电脑跟不跟得上</translation>
    </message>
    <message>
        <source>Check every part of {0}</source>
        <translation>校验 {0} 的每个文件</translation>
    </message>
    <message>
        <source>Remove {0} from this computer</source>
        <translation>从这台电脑删除 {0}</translation>
    </message>
    <message>
        <source>Checking every part…</source>
        <translation>正在逐个校验…</translation>
    </message>
    <message>
        <source>Looking for a source…</source>
        <translation>正在寻找下载来源…</translation>
    </message>
    <message>
        <source>Unpacking and checking…</source>
        <translation>正在解压并校验…</translation>
    </message>
    <message>
        <source>Removing…</source>
        <translation>正在删除…</translation>
    </message>
    <message>
        <source>Listening to eight seconds of speech…</source>
        <translation>正在试听 8 秒语音…</translation>
    </message>
    <message>
        <source>Installed</source>
        <translation>已安装</translation>
    </message>
    <message>
        <source>Not on this computer</source>
        <translation>这台电脑上没有</translation>
    </message>
    <message>
        <source>In use</source>
        <translation>正在使用</translation>
    </message>
    <message>
        <source>{0} on disk</source>
        <translation>占用 {0}</translation>
    </message>
    <message>
        <source>about {0} once unpacked</source>
        <translation>解压后约 {0}</translation>
    </message>
    <message>
        <source>{0} downloaded so far</source>
        <translation>已下载 {0}</translation>
    </message>
    <message>
        <source>more accurate; needs several GB of memory</source>
        <translation>更准，需要几个 GB 内存</translation>
    </message>
    <message>
        <source>no checksum of it is known</source>
        <translation>没有已知的校验值</translation>
    </message>
    <message>
        <source>The model is in place and complete. No known checksum proves it: from now on it is compared with what was installed today.</source>
        <translation>模型已就绪，文件齐全。没有已知的校验值可以证明它，今后会与今天安装的内容比对。</translation>
    </message>
    <message>
        <source>proved by a known checksum</source>
        <translation>已按公布的校验值核实</translation>
    </message>
    <message>
        <source>compared with what was first installed here</source>
        <translation>与首次安装时的内容比对</translation>
    </message>
    <message>
        <source>never checked</source>
        <translation>还没有校验过</translation>
    </message>
    <message>
        <source>Downloading… {0}</source>
        <translation>正在下载… {0}</translation>
    </message>
    <message>
        <source>Unpacking… {0}</source>
        <translation>正在解压… {0}</translation>
    </message>
    <message>
        <source>The model is in place and every part is sound.</source>
        <translation>模型已就绪，全部文件校验无误。</translation>
    </message>
    <message>
        <source>Damaged or missing: {0}. Get the model again to mend it.</source>
        <translation>已损坏或缺失：{0}。重新获取模型即可修复。</translation>
    </message>
    <message>
        <source>Every part is sound.</source>
        <translation>全部文件校验无误。</translation>
    </message>
    <message>
        <source>The zip with the speech model</source>
        <translation>选择语音模型压缩包</translation>
    </message>
</context>
<context>
    <name>MorePage</name>
    <message>
        <source>More</source>
        <translation>更多</translation>
    </message>
    <message>
        <source>Further lists; Ctrl+K finds them too</source>
        <translation>其他列表；Ctrl+K 也能找到</translation>
    </message>
</context>
<context>
    <name>MorePlaces</name>
    <message>
        <source>More</source>
        <translation>更多</translation>
    </message>
    <message>
        <source>Recordings</source>
        <translation>录音</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>导入</translation>
    </message>
    <message>
        <source>Data check</source>
        <translation>数据体检</translation>
    </message>
    <message>
        <source>Duplicates</source>
        <translation>查重</translation>
    </message>
    <message>
        <source>Recycle bin</source>
        <translation>回收站</translation>
    </message>
    <message>
        <source>Records that may be one: look, merge, or say they are not</source>
        <translation>可能是同一个的记录：逐组核对、合并，或标为并非重复</translation>
    </message>
    <message>
        <source>Calls and notes that become words; played while they are kept</source>
        <translation>通话和语音笔记：转成文字，保留期间可以回放</translation>
    </message>
    <message>
        <source>Daily brief</source>
        <translation>每日简报</translation>
    </message>
    <message>
        <source>Three conclusions a day, with the records behind each, as PDF</source>
        <translation>每天三条结论，句句能打开背后的记录，可存 PDF</translation>
    </message>
    <message>
        <source>Excel, CSV and vCard files, with duplicates found beforehand</source>
        <translation>导入 Excel、CSV、vCard，事先查重</translation>
    </message>
    <message>
        <source>Approvals</source>
        <translation>审批</translation>
    </message>
    <message>
        <source>Content to send</source>
        <translation>内容推送</translation>
    </message>
    <message>
        <source>Reports</source>
        <translation>报告</translation>
    </message>
    <message>
        <source>Articles queued for customers: read, send, leave out</source>
        <translation>排队等待发给客户的资料：过目、发送或不发</translation>
    </message>
    <message>
        <source>Duplicates, gaps, wrong values and owners, with a score</source>
        <translation>重复、空缺、错误的值和归属异常，给出得分</translation>
    </message>
    <message>
        <source>Lead pools</source>
        <translation>线索池</translation>
    </message>
    <message>
        <source>On duty</source>
        <translation>值守排班</translation>
    </message>
    <message>
        <source>Who of a role helps when, and whom to ask now</source>
        <translation>谁在什么时间值守、现在该找谁</translation>
    </message>
    <message>
        <source>What was deleted, by whom and when; bring it back</source>
        <translation>谁在什么时候删了什么，随时恢复</translation>
    </message>
    <message>
        <source>What waits for your decision, and what you asked for</source>
        <translation>待您审批的事项，和您提交的申请</translation>
    </message>
    <message>
        <source>Whether the score means anything, what a quarter brought, my points</source>
        <translation>评分准不准、一个季度带来什么、我的积分</translation>
    </message>
    <message>
        <source>Leads that wait: claim, give back, take over, and why</source>
        <translation>待领取的线索：领取、退回、接管，以及为什么在这里</translation>
    </message>
    <message>
        <source>Calls, messages and other steps, with what came of them</source>
        <translation>电话、消息等每一步和它的结论</translation>
    </message>
    <message>
        <source>Photos, recordings and documents of customers and visits</source>
        <translation>客户和拜访的照片、录音和文件</translation>
    </message>
    <message>
        <source>Your own words, and how the recogniser mishears them</source>
        <translation>公司自己的词，以及语音常把它们听成什么</translation>
    </message>
    <message>
        <source>Whom you meet, and how to answer them</source>
        <translation>会碰到哪些竞品、怎么应对</translation>
    </message>
    <message>
        <source>Colleagues, their teams and numbers</source>
        <translation>同事、所在团队和电话</translation>
    </message>
    <message>
        <source>Who works with whom</source>
        <translation>谁和谁一个团队</translation>
    </message>
    <message>
        <source>Who is away and is given no leads meanwhile</source>
        <translation>谁不在岗，这段时间不分配线索</translation>
    </message>
    <message>
        <source>Who looks after which region</source>
        <translation>哪些区域由谁负责</translation>
    </message>
    <message>
        <source>What channels and campaigns cost, for cost per lead and return</source>
        <translation>各渠道、各场活动花了多少，用来算获客成本和渠道回报</translation>
    </message>
    <message>
        <source>Whether customers would recommend you, 0 to 10; NPS over time</source>
        <translation>客户愿不愿意推荐您（0–10 分），净推荐值按月看</translation>
    </message>
</context>
<context>
    <name>Morning</name>
    <message>
        <source>As of {0}</source>
        <translation>截至 {0}</translation>
    </message>
    <message>
        <source>Leave (Esc)</source>
        <translation>退出（Esc）</translation>
    </message>
</context>
<context>
    <name>Moving</name>
    <message>
        <source>Everything is there: “{0}” can go to “{1}”.</source>
        <translation>条件已齐：「{0}」可以进入「{1}」了。</translation>
    </message>
    <message>
        <source>“{0}” stays where it is. {1}</source>
        <translation>「{0}」没有移动。{1}</translation>
    </message>
</context>
<context>
    <name>NameSheet</name>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>This field must not be empty.</source>
        <translation>这个字段不能为空。</translation>
    </message>
</context>
<context>
    <name>NewCustomerOffer</name>
    <message>
        <source>Nobody has the customer “{0}” yet.</source>
        <translation>还没有客户“{0}”。</translation>
    </message>
    <message>
        <source>“{0}” may be one of these: choose it, or add a new one.</source>
        <translation>「{0}」可能就是下面的客户：点选即可，也可以新建。</translation>
    </message>
    <message>
        <source>Add as a customer</source>
        <translation>新建客户</translation>
    </message>
</context>
<context>
    <name>NewPassword</name>
    <message>
        <source>New password</source>
        <translation>新密码</translation>
    </message>
    <message>
        <source>New password again</source>
        <translation>再输一遍新密码</translation>
    </message>
    <message>
        <source>Use at least {0} characters.</source>
        <translation>请至少用 {0} 个字符。</translation>
    </message>
    <message>
        <source>The two are not the same.</source>
        <translation>两次输入的不一样。</translation>
    </message>
    <message>
        <source>At least {0} characters; several words are easy to keep.</source>
        <translation>至少 {0} 个字符；几个词连起来又长又好记。</translation>
    </message>
    <message>
        <source>Too close to the account&apos;s name.</source>
        <translation>和账号太像了。</translation>
    </message>
    <message>
        <source>Easy to guess: use more different characters.</source>
        <translation>容易被猜到：请多用几种不同的字符。</translation>
    </message>
    <message>
        <source>Fair. Longer is better.</source>
        <translation>还可以，再长一些更好。</translation>
    </message>
    <message>
        <source>Hard to guess.</source>
        <translation>不容易被猜到。</translation>
    </message>
</context>
<context>
    <name>NoteBox</name>
    <message>
        <source>Note</source>
        <translation>拜访笔记</translation>
    </message>
    <message>
        <source>For example: met Director Wang, wants the analyser, budget 280–310 thousand, worried about service; promised the quotation by Friday. Or paste a chat or an e-mail here.</source>
        <translation>例如：见了王主任，想要全自动化学发光仪，预算二十八万到三十一万，担心售后，答应周五前把报价单发过去。也可以把聊天记录或邮件粘贴到这里。</translation>
    </message>
</context>
<context>
    <name>OlderHistory</name>
    <message>
        <source>The older part was fetched from the server at {0}; it is only shown.</source>
        <translation>较早的部分于 {0} 从服务器获取，只供查看，不写入本机。</translation>
    </message>
    <message>
        <source>This is the whole history, all on this device.</source>
        <translation>本机有这条记录从新建起的全部历史。</translation>
    </message>
    <message>
        <source>Fetching older history from the server…</source>
        <translation>正在从服务器获取更早的历史…</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>再试一次</translation>
    </message>
    <message>
        <source>Older history is at the server. You work offline; fetch it later.</source>
        <translation>更早的历史在服务器上。您正在离线工作，联网后再获取。</translation>
    </message>
    <message>
        <source>Older history is at the server; here is what this device has seen.</source>
        <translation>更早的历史在服务器上，这里是本机收到过的部分。</translation>
    </message>
    <message>
        <source>Fetch</source>
        <translation>获取</translation>
    </message>
</context>
<context>
    <name>OutcomeLine</name>
    <message>
        <source>Saves: {0}</source>
        <translation>保存：{0}</translation>
    </message>
    <message>
        <source>a visit</source>
        <translation>拜访</translation>
    </message>
    <message>
        <source>a follow-up</source>
        <translation>跟进</translation>
    </message>
    <message numerus="yes">
        <source>%n task(s)</source>
        <translation>
            <numerusform>%n 项任务</numerusform>
        </translation>
    </message>
    <message>
        <source>next contact {0}</source>
        <translation>下次联系 {0}</translation>
    </message>
    <message numerus="yes">
        <source>%n change(s)</source>
        <translation>
            <numerusform>%n 处更新</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n new record(s)</source>
        <translation>
            <numerusform>新建 %n 条</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n word(s) remembered</source>
        <translation>
            <numerusform>记住 %n 个说法</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>OwnFieldSheet</name>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>English name</source>
        <translation>英文名</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Options</source>
        <translation>选项</translation>
    </message>
    <message>
        <source>No longer offered</source>
        <translation>不再提供</translation>
    </message>
    <message>
        <source>One a line, in the order in which they are offered</source>
        <translation>每行一个，按提供的顺序</translation>
    </message>
    <message>
        <source>One a line; records that have them keep them</source>
        <translation>每行一个；已用到的记录保持不变</translation>
    </message>
    <message>
        <source>New field: {0}</source>
        <translation>新字段：{0}</translation>
    </message>
    <message>
        <source>Edit field: {0}</source>
        <translation>修改字段：{0}</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>添加</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>This field must not be empty.</source>
        <translation>不能为空。</translation>
    </message>
    <message>
        <source>Choose a kind.</source>
        <translation>请选择类型。</translation>
    </message>
    <message>
        <source>A choice needs options.</source>
        <translation>单选需要有选项。</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>文字</translation>
    </message>
    <message>
        <source>Long text</source>
        <translation>长文本</translation>
    </message>
    <message>
        <source>Telephone</source>
        <translation>电话</translation>
    </message>
    <message>
        <source>E-mail</source>
        <translation>邮箱</translation>
    </message>
    <message>
        <source>Whole number</source>
        <translation>整数</translation>
    </message>
    <message>
        <source>Number</source>
        <translation>小数</translation>
    </message>
    <message>
        <source>Money</source>
        <translation>金额</translation>
    </message>
    <message>
        <source>Date</source>
        <translation>日期</translation>
    </message>
    <message>
        <source>Date and time</source>
        <translation>日期时间</translation>
    </message>
    <message>
        <source>Yes or no</source>
        <translation>是否</translation>
    </message>
    <message>
        <source>One of several</source>
        <translation>单选</translation>
    </message>
    <message>
        <source>Several</source>
        <translation>多选</translation>
    </message>
</context>
<context>
    <name>PackSheet</name>
    <message>
        <source>Trade</source>
        <translation>行业</translation>
    </message>
    <message>
        <source>Rules of a trade</source>
        <translation>行业规则包</translation>
    </message>
    <message>
        <source>Write as drafts</source>
        <translation>写入草稿</translation>
    </message>
    <message>
        <source>Take these rules out</source>
        <translation>移除这套规则</translation>
    </message>
    <message>
        <source>Try and publish them…</source>
        <translation>去试运行和发布…</translation>
    </message>
    <message>
        <source>Stages, scores, pools, routing, clocks and automations of the trade become drafts: nobody goes by them before you publish. What must be filled in is asked for at once. One step (Ctrl+Z) takes all of it back.</source>
        <translation>这个行业的阶段、评分、线索池、分配、时限和自动化会写成草稿，发布之前不生效；必填要求立即生效。按一次 Ctrl+Z 可全部撤回。</translation>
    </message>
    <message>
        <source>{0} rules would change · {1} are there already · {2} fields are added</source>
        <translation>将改动 {0} 条规则 · 已有 {1} 条 · 新增 {2} 个字段</translation>
    </message>
    <message>
        <source>· New fields: {0}</source>
        <translation>· 新增字段：{0}</translation>
    </message>
    <message>
        <source>· Must fill in more, at once: {0}</source>
        <translation>· 立即要求填写：{0}</translation>
    </message>
    <message>
        <source>· An administrator has to ask for more from: {0}</source>
        <translation>· 需由管理员要求填写：{0}</translation>
    </message>
    <message>
        <source>All of it is in the draft.</source>
        <translation>草稿里都已经有了。</translation>
    </message>
</context>
<context>
    <name>Palette</name>
    <message>
        <source>Go to or do</source>
        <translation>前往或执行</translation>
    </message>
    <message>
        <source>Nothing found; initials or the last four digits may help</source>
        <translation>没有找到；可以试试首字母或尾号四位</translation>
    </message>
</context>
<context>
    <name>PartCard</name>
    <message>
        <source>Move up (Alt+Up)</source>
        <translation>上移（Alt+↑）</translation>
    </message>
    <message>
        <source>Move down (Alt+Down)</source>
        <translation>下移（Alt+↓）</translation>
    </message>
    <message>
        <source>Duplicate (Ctrl+D)</source>
        <translation>复制一份（Ctrl+D）</translation>
    </message>
    <message>
        <source>Remove (Ctrl+Backspace)</source>
        <translation>移除（Ctrl+Backspace）</translation>
    </message>
    <message>
        <source>Close: {0}</source>
        <translation>收起：{0}</translation>
    </message>
    <message>
        <source>Open: {0}</source>
        <translation>展开：{0}</translation>
    </message>
</context>
<context>
    <name>PassphraseCard</name>
    <message>
        <source>Passphrase</source>
        <translation>口令</translation>
    </message>
    <message>
        <source>Set a passphrase…</source>
        <translation>设置口令…</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>更换…</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>取消口令…</translation>
    </message>
    <message>
        <source>Lock now (Ctrl+Alt+L)</source>
        <translation>立即锁定（Ctrl+Alt+L）</translation>
    </message>
    <message>
        <source>Lock by itself when nobody works for</source>
        <translation>无人操作多久后自动锁定</translation>
    </message>
    <message>
        <source>never</source>
        <translation>从不</translation>
    </message>
    <message>
        <source>{0} min</source>
        <translation>{0} 分钟</translation>
    </message>
    <message>
        <source>Suixing asks for your passphrase when it starts. Without it, nobody opens the data on this computer, not even with the keyring of the system.</source>
        <translation>随行启动时会询问口令。没有口令，谁也打不开这台电脑上的数据，拿到系统密钥环也不行。</translation>
    </message>
    <message>
        <source>The key of your data is kept by the system. With a passphrase of your own, a stolen computer gives nothing, even to somebody who knows its password.</source>
        <translation>数据的密钥由系统保管。加上您自己的口令，电脑被偷后，即使有人知道它的开机密码，也打不开数据。</translation>
    </message>
    <message>
        <source>Your organisation demands a passphrase.</source>
        <translation>公司要求设置口令。</translation>
    </message>
</context>
<context>
    <name>PassphraseDialog</name>
    <message>
        <source>Remove the passphrase</source>
        <translation>取消口令</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>取消口令</translation>
    </message>
    <message>
        <source>Passphrase</source>
        <translation>口令</translation>
    </message>
    <message>
        <source>Set</source>
        <translation>确定</translation>
    </message>
    <message>
        <source>Passphrase until now</source>
        <translation>现在的口令</translation>
    </message>
    <message>
        <source>New passphrase, at least 8 characters</source>
        <translation>新口令，至少 8 个字符</translation>
    </message>
    <message>
        <source>Once more</source>
        <translation>再输一次</translation>
    </message>
    <message>
        <source>The key of your data is then kept by the system alone.</source>
        <translation>之后数据的密钥只由系统保管。</translation>
    </message>
    <message>
        <source>Choose a few unrelated words. Nobody can recover them: whoever forgets the passphrase signs in again, and loses what was not sent yet.</source>
        <translation>请选几个不相干的词。口令无法找回：忘记口令的人要重新登录，没有发送的修改会丢失。</translation>
    </message>
    <message>
        <source>Your organisation demands a passphrase.</source>
        <translation>公司要求设置口令。</translation>
    </message>
    <message>
        <source>The two are not the same.</source>
        <translation>两次输入的口令不一样。</translation>
    </message>
</context>
<context>
    <name>PasswordLine</name>
    <message>
        <source>Hide the password</source>
        <translation>隐藏密码</translation>
    </message>
    <message>
        <source>Show the password</source>
        <translation>显示密码</translation>
    </message>
</context>
<context>
    <name>PasswordSheet</name>
    <message>
        <source>One-time password of {0}</source>
        <translation>{0} 的一次性密码</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>It is shown only now. Tell it to the person yourself; at the first sign-in they choose a password of their own.</source>
        <translation>只显示这一次，请亲自告诉本人；首次登录时由本人改成自己的密码。</translation>
    </message>
    <message>
        <source>Copied.</source>
        <translation>已复制。</translation>
    </message>
</context>
<context>
    <name>PeoplePanel</name>
    <message>
        <source>Add person</source>
        <translation>添加人员</translation>
    </message>
    <message>
        <source>Edit…</source>
        <translation>编辑…</translation>
    </message>
    <message>
        <source>Reset password…</source>
        <translation>重设密码…</translation>
    </message>
    <message>
        <source>Unlock</source>
        <translation>解锁</translation>
    </message>
    <message>
        <source>See as this person</source>
        <translation>以此人身份查看</translation>
    </message>
    <message>
        <source>Leaves the company…</source>
        <translation>离职移交…</translation>
    </message>
    <message>
        <source>Open again…</source>
        <translation>恢复账号…</translation>
    </message>
    <message>
        <source>People</source>
        <translation>人员</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>姓名</translation>
    </message>
    <message>
        <source>Account</source>
        <translation>账号</translation>
    </message>
    <message>
        <source>Role</source>
        <translation>角色</translation>
    </message>
    <message>
        <source>Team</source>
        <translation>团队</translation>
    </message>
    <message>
        <source>Territory</source>
        <translation>区域</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Last sign-in</source>
        <translation>最近登录</translation>
    </message>
    <message>
        <source>Left</source>
        <translation>已离职</translation>
    </message>
    <message>
        <source>No account known</source>
        <translation>没有账号信息</translation>
    </message>
    <message>
        <source>Locked</source>
        <translation>已锁定</translation>
    </message>
    <message>
        <source>First sign-in awaited</source>
        <translation>待首次登录</translation>
    </message>
    <message>
        <source>Active</source>
        <translation>在用</translation>
    </message>
    <message>
        <source>Reset the password of {0}?</source>
        <translation>重设 {0} 的密码？</translation>
    </message>
    <message>
        <source>They are signed out everywhere and need the new one-time password.</source>
        <translation>此人会在所有设备上退出，要用新的一次性密码登录。</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>重设</translation>
    </message>
    <message>
        <source>Unlocked.</source>
        <translation>已解除锁定。</translation>
    </message>
    <message>
        <source>The account is closed and every device of it revoked.</source>
        <translation>账号已停用，其所有设备已停用。</translation>
    </message>
    <message>
        <source>The account is open again; its devices stay revoked.</source>
        <translation>账号已恢复；原来的设备仍然停用。</translation>
    </message>
</context>
<context>
    <name>PersonPanel</name>
    <message>
        <source>Find a person: name, pinyin, last four digits</source>
        <translation>查找个人：姓名、拼音、号码后四位</translation>
    </message>
    <message>
        <source>Export all of it…</source>
        <translation>导出全部…</translation>
    </message>
    <message>
        <source>Erase for good…</source>
        <translation>彻底删除…</translation>
    </message>
    <message>
        <source>Also this person?</source>
        <translation>也是此人？</translation>
    </message>
    <message>
        <source>Named in these texts: tick those to be rewritten</source>
        <translation>这些文字提到此人：勾选要改写的</translation>
    </message>
    <message>
        <source>People</source>
        <translation>人员</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Record</source>
        <translation>记录</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>Consent withdrawn</source>
        <translation>撤回同意</translation>
    </message>
    <message>
        <source>No activity for long</source>
        <translation>久无往来</translation>
    </message>
    <message>
        <source>Choose a person. Whoever asked not to be kept any more stands here first.</source>
        <translation>请选择个人。撤回同意的人排在最前。</translation>
    </message>
    <message>
        <source>On these devices: {0}</source>
        <translation>在这些设备上：{0}</translation>
    </message>
    <message>
        <source>same phone</source>
        <translation>号码相同</translation>
    </message>
    <message>
        <source>same e-mail</source>
        <translation>邮箱相同</translation>
    </message>
    <message>
        <source>same name and customer</source>
        <translation>姓名和客户相同</translation>
    </message>
    <message>
        <source>{0} files</source>
        <translation>{0} 个文件</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Exporting…</source>
        <translation>正在导出…</translation>
    </message>
    <message>
        <source>Exported to {0}</source>
        <translation>已导出到 {0}</translation>
    </message>
    <message>
        <source>This takes out {0}, with all history, on the server at once and on every device at its next contact. {1} texts are rewritten. It cannot be undone.</source>
        <translation>将彻底删除 {0} 及其全部历史：服务器立即删除，各设备下次联系时删除；改写 {1} 处文字。无法撤销。</translation>
    </message>
    <message>
        <source>Erase this person for good?</source>
        <translation>彻底删除此人？</translation>
    </message>
    <message>
        <source>Erase for good</source>
        <translation>彻底删除</translation>
    </message>
    <message>
        <source>Erasing…</source>
        <translation>正在删除…</translation>
    </message>
    <message>
        <source>Erased. Devices drop it at their next contact.</source>
        <translation>已删除，各设备下次联系时清除。</translation>
    </message>
</context>
<context>
    <name>PersonSheet</name>
    <message>
        <source>Name</source>
        <translation>姓名</translation>
    </message>
    <message>
        <source>Account</source>
        <translation>账号</translation>
    </message>
    <message>
        <source>Role</source>
        <translation>角色</translation>
    </message>
    <message>
        <source>Team</source>
        <translation>团队</translation>
    </message>
    <message>
        <source>Territory</source>
        <translation>区域</translation>
    </message>
    <message>
        <source>Add person</source>
        <translation>添加人员</translation>
    </message>
    <message>
        <source>Create account</source>
        <translation>创建账号</translation>
    </message>
    <message>
        <source>This field must not be empty.</source>
        <translation>这个字段不能为空。</translation>
    </message>
</context>
<context>
    <name>PipelineFilters</name>
    <message>
        <source>What is shown</source>
        <translation>显示什么</translation>
    </message>
    <message>
        <source>Everybody&apos;s</source>
        <translation>所有人的</translation>
    </message>
    <message>
        <source>Mine</source>
        <translation>我的</translation>
    </message>
    <message>
        <source>Any time</source>
        <translation>不限时间</translation>
    </message>
    <message>
        <source>Closes this month</source>
        <translation>本月成交</translation>
    </message>
    <message>
        <source>Received this month</source>
        <translation>本月获取</translation>
    </message>
    <message>
        <source>Closes this quarter</source>
        <translation>本季成交</translation>
    </message>
    <message>
        <source>Received this quarter</source>
        <translation>本季获取</translation>
    </message>
    <message>
        <source>Expected close is over</source>
        <translation>预计成交已过期</translation>
    </message>
</context>
<context>
    <name>PipelinePage</name>
    <message>
        <source>Pipeline</source>
        <translation>推进</translation>
    </message>
    <message>
        <source>{0} under way</source>
        <translation>{0} 个在推进</translation>
    </message>
    <message>
        <source>{0} in all</source>
        <translation>合计 {0}</translation>
    </message>
    <message>
        <source>Alt+← → moves a card   ·   judged by the records on this device</source>
        <translation>Alt+← → 移动卡片   ·   按本机的数据判断</translation>
    </message>
    <message>
        <source>Nothing here with these filters</source>
        <translation>没有符合筛选的记录</translation>
    </message>
    <message>
        <source>Other people or another time may have some.</source>
        <translation>换个负责人或时间范围看看。</translation>
    </message>
    <message>
        <source>Clear filters</source>
        <translation>清除筛选</translation>
    </message>
    <message>
        <source>No {0} under way</source>
        <translation>没有在推进的{0}</translation>
    </message>
    <message>
        <source>Each one stands in the column of its stage, with what it needs to move on.</source>
        <translation>每一条都在自己阶段的列里，卡片上写着推进还差什么。</translation>
    </message>
    <message>
        <source>New {0}</source>
        <translation>新建{0}</translation>
    </message>
</context>
<context>
    <name>PlacesPanel</name>
    <message>
        <source>Teams</source>
        <translation>团队</translation>
    </message>
    <message>
        <source>Territories</source>
        <translation>区域</translation>
    </message>
    <message>
        <source>Who stands above a team sees all of it.</source>
        <translation>上级团队的主管能看到下级团队的全部记录。</translation>
    </message>
    <message>
        <source>A second tree for roles that work by region: people belong to a territory.</source>
        <translation>另一棵树，供按区域工作的角色使用：人员归属区域。</translation>
    </message>
    <message>
        <source>New team…</source>
        <translation>新建团队…</translation>
    </message>
    <message>
        <source>New territory…</source>
        <translation>新建区域…</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>People</source>
        <translation>人数</translation>
    </message>
</context>
<context>
    <name>PointsSection</name>
    <message>
        <source>My points</source>
        <translation>我的积分</translation>
    </message>
    <message>
        <source>Counted from records alone, as they are now; nobody is ranked by them. What points are worth (training, a day off) is for your company to say.</source>
        <translation>只按现有记录计算，不给任何人排名。积分能换什么（培训、调休）由公司决定。</translation>
    </message>
    <message>
        <source>{0} points</source>
        <translation>{0} 分</translation>
    </message>
    <message>
        <source>{0} records</source>
        <translation>{0} 条记录</translation>
    </message>
</context>
<context>
    <name>PolicyPanel</name>
    <message>
        <source>Policy</source>
        <translation>策略</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>So long a laptop opens its data without having reached the server. Empty: 30.</source>
        <translation>超过这么多天没有联系服务器，电脑不再打开数据。留空为 30 天。</translation>
    </message>
    <message>
        <source>So many days before, it says so. Empty: 3.</source>
        <translation>提前这么多天提醒。留空为 3 天。</translation>
    </message>
    <message>
        <source>Everybody must type a passphrase of their own before their data opens.</source>
        <translation>每个人都要输入自己的口令，才能打开数据。</translation>
    </message>
    <message>
        <source>People without any activity for so long are proposed for erasure.</source>
        <translation>超过这么久没有任何往来的个人，会列入待删除名单。</translation>
    </message>
    <message>
        <source>Audit entries older than this are deleted. Empty: kept.</source>
        <translation>更早的审计记录会被删除。留空为一直保留。</translation>
    </message>
    <message>
        <source>Voice notes stay encrypted on the laptop for so long, to be played again; 0: only until the note is saved. Empty: 7.</source>
        <translation>语音笔记的录音在电脑上加密保存这么多天，期间可以回放；填 0 则保存笔记后立即删除。留空为 7 天。</translation>
    </message>
    <message>
        <source>The recording of a saved note becomes an attachment of the visit and is sent to the server. Otherwise it never leaves the laptop.</source>
        <translation>笔记保存后，录音会作为拜访的附件上传到服务器。不开启时，录音只留在这台电脑上。</translation>
    </message>
    <message>
        <source>Two people enter the same customer without knowing of each other: the same credit code, or mobile number and name. Empty: merged by itself.</source>
        <translation>两位同事互不知情录入同一家客户：信用代码相同，或手机号相同且名称相符。不填：自动合并。</translation>
    </message>
    <message>
        <source>Both are told, with the reason. Empty: territory first.</source>
        <translation>两人都会收到提醒和理由。不填：先看区域。</translation>
    </message>
    <message>
        <source>The server makes everybody who leads a brief of three conclusions, and sends it where suixing-server brief says. Empty: on working days, holidays kept.</source>
        <translation>服务器给每位主管生成三条结论的简报，并发到 suixing-server brief 设置的渠道。留空：工作日，节假日除外。</translation>
    </message>
    <message>
        <source>For the value report: how long looking it up elsewhere takes. Empty: 6.</source>
        <translation>用于价值报告：不查知识库、自己找要多花几分钟。留空：6。</translation>
    </message>
    <message>
        <source>For example 09:30, in China time. Empty: 10:00.</source>
        <translation>例如 09:30，北京时间。留空：10:00。</translation>
    </message>
    <message>
        <source>On the page “Duplicates”, whoever may merge records merges every group that is beyond doubt in one act. It can be taken back, as a whole or one by one.</source>
        <translation>在「查重」页，有合并权限的人可以把确定重复的各组一次合并完；可以整体撤销，也可以逐条取消合并。</translation>
    </message>
    <message>
        <source>Saved. It holds on each laptop from its next sync.</source>
        <translation>已保存，各台电脑下次同步后生效。</translation>
    </message>
</context>
<context>
    <name>PoolsPage</name>
    <message>
        <source>Back (Alt+Left)</source>
        <translation>返回（Alt+←）</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>待领取</translation>
    </message>
    <message>
        <source>Given out, not answered</source>
        <translation>已分配未跟进</translation>
    </message>
    <message>
        <source>Shown</source>
        <translation>显示</translation>
    </message>
    <message>
        <source>Pool</source>
        <translation>线索池</translation>
    </message>
    <message>
        <source>Claim</source>
        <translation>领取</translation>
    </message>
    <message>
        <source>Why here</source>
        <translation>为什么在这里</translation>
    </message>
    <message>
        <source>Give back…</source>
        <translation>退回…</translation>
    </message>
    <message>
        <source>Take over…</source>
        <translation>接管…</translation>
    </message>
    <message>
        <source>Leads in pools</source>
        <translation>池中的线索</translation>
    </message>
    <message>
        <source>Lead</source>
        <translation>线索</translation>
    </message>
    <message>
        <source>Grade</source>
        <translation>等级</translation>
    </message>
    <message>
        <source>Owner</source>
        <translation>负责人</translation>
    </message>
    <message>
        <source>Since</source>
        <translation>已等</translation>
    </message>
    <message>
        <source>Time left</source>
        <translation>认领时限</translation>
    </message>
    <message>
        <source>All pools</source>
        <translation>全部线索池</translation>
    </message>
    <message>
        <source>Lead pools</source>
        <translation>线索池</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>正在读取…</translation>
    </message>
    <message>
        <source>{0} wait, {1} are over their time</source>
        <translation>{0} 条待领取，其中 {1} 条已超时</translation>
    </message>
    <message>
        <source>the first {0} are shown</source>
        <translation>只显示前 {0} 条</translation>
    </message>
    <message>
        <source>Nobody waits here</source>
        <translation>这里没有待领取的线索</translation>
    </message>
    <message>
        <source>Leads without an owner come here by the routing rules. Claim one with C; the first claim wins. Whoever leads hears of what nobody claims in time.</source>
        <translation>没有负责人的线索会按分配规则放到这里。按 C 领取，先领先得；到时没人领取，会提醒主管。</translation>
    </message>
    <message>
        <source>Every lead has been answered</source>
        <translation>线索都已跟进</translation>
    </message>
    <message>
        <source>Leads somebody got and has not answered yet stand here: to be given back, or taken over with a reason.</source>
        <translation>已经分给人、还没有首次跟进的线索在这里：可以退回，也可以写明原因接管。</translation>
    </message>
    <message>
        <source>Give “{0}” back to its pool</source>
        <translation>把「{0}」退回线索池</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>Take “{0}” over from {1}</source>
        <translation>从 {1} 接管「{0}」</translation>
    </message>
</context>
<context>
    <name>PreviewSheet</name>
    <message>
        <source>Reading…</source>
        <translation>正在读取…</translation>
    </message>
    <message>
        <source>Save a copy…</source>
        <translation>另存一份…</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Smaller (-)</source>
        <translation>缩小 (-)</translation>
    </message>
    <message>
        <source>Larger (+)</source>
        <translation>放大 (+)</translation>
    </message>
    <message>
        <source>Page before (PgUp)</source>
        <translation>上一页 (PgUp)</translation>
    </message>
    <message>
        <source>Next page (PgDown)</source>
        <translation>下一页 (PgDown)</translation>
    </message>
    <message>
        <source>This file is no picture that can be shown. Save a copy to open it.</source>
        <translation>这个文件不是能显示的图片，可以另存一份再打开。</translation>
    </message>
</context>
<context>
    <name>PrintSheet</name>
    <message>
        <source>Print</source>
        <translation>打印</translation>
    </message>
    <message>
        <source>Printer</source>
        <translation>打印机</translation>
    </message>
    <message>
        <source>PDF file</source>
        <translation>PDF 文件</translation>
    </message>
    <message>
        <source>Where to</source>
        <translation>输出到</translation>
    </message>
    <message>
        <source>Masked values stay masked. That it was printed is noted for the audit, like an export.</source>
        <translation>脱敏的内容保持脱敏。打印和导出一样会记入审计。</translation>
    </message>
    <message>
        <source>At most {0} records are printed at once.</source>
        <translation>一次最多打印 {0} 条。</translation>
    </message>
    <message>
        <source>Print {0}…</source>
        <translation>打印 {0} 条…</translation>
    </message>
    <message>
        <source>Print…</source>
        <translation>打印…</translation>
    </message>
    <message>
        <source>Page {0} of {1}</source>
        <translation>第 {0} / {1} 页</translation>
    </message>
    <message>
        <source>The list is longer than what is printed here; export it for the rest.</source>
        <translation>列表比打印的更长，其余请用导出。</translation>
    </message>
    <message>
        <source>Print to</source>
        <translation>打印到</translation>
    </message>
    <message>
        <source>Printing…</source>
        <translation>正在打印……</translation>
    </message>
</context>
<context>
    <name>ProgressStrip</name>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>继续</translation>
    </message>
</context>
<context>
    <name>Promise</name>
    <message>
        <source>Suixing</source>
        <translation>随行</translation>
    </message>
    <message>
        <source>Every customer with you, with or without a network.</source>
        <translation>客户在手，断网不愁。</translation>
    </message>
    <message>
        <source>Works offline, all day</source>
        <translation>断网也能用一整天</translation>
    </message>
    <message>
        <source>Speak ten seconds, the visit is written</source>
        <translation>开口十秒，拜访记好</translation>
    </message>
    <message>
        <source>Nothing you write is ever lost</source>
        <translation>写下的内容，一个字都不会丢</translation>
    </message>
</context>
<context>
    <name>ProposalCard</name>
    <message>
        <source>heard &quot;{words}&quot;</source>
        <translation>原话“{words}”</translation>
    </message>
    <message>
        <source>{percent} sure</source>
        <translation>把握 {percent}</translation>
    </message>
    <message>
        <source>Enter accept · E edit · S say again · P hear · Delete leave out · 1–9 choose</source>
        <translation>Enter 确认 · E 修改 · S 再说一次 · P 听原声 · Delete 不要 · 1–9 选择</translation>
    </message>
    <message>
        <source>Due</source>
        <translation>到期</translation>
    </message>
    <message>
        <source>{words} (not in yuan; press E to write it)</source>
        <translation>{words}（不是人民币，按 E 填写）</translation>
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
        <source>{name} (new customer)</source>
        <translation>{name}（新客户）</translation>
    </message>
    <message>
        <source>Add to contacts</source>
        <translation>加为联系人</translation>
    </message>
    <message>
        <source>Add as a customer</source>
        <translation>新建客户</translation>
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
        <source>suggested</source>
        <translation>建议</translation>
    </message>
    <message>
        <source>please check</source>
        <translation>请确认</translation>
    </message>
    <message>
        <source>Still missing: {0}</source>
        <translation>还差：{0}</translation>
    </message>
    <message>
        <source>Remembered: heard “{heard}”, meant “{meant}” · L forgets it</source>
        <translation>会记住：听到“{heard}”就是“{meant}” · 按 L 不记</translation>
    </message>
    <message>
        <source>L remembers: heard “{heard}”, meant “{meant}”</source>
        <translation>按 L 记住：听到“{heard}”就是“{meant}”</translation>
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
        <source>Enter accept · E edit · S say again · P hear · Delete leave out · 1–9 choose · F4 note · Ctrl+Enter save all</source>
        <translation>Enter 确认 · E 修改 · S 再说一次 · P 听原声 · Delete 不要 · 1–9 选择 · F4 笔记 · Ctrl+Enter 保存</translation>
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
    <name>PublishSheet</name>
    <message>
        <source>What changed</source>
        <translation>改了什么</translation>
    </message>
    <message>
        <source>Trial team</source>
        <translation>试行团队</translation>
    </message>
    <message>
        <source>Publish rules</source>
        <translation>发布规则</translation>
    </message>
    <message>
        <source>Nobody: it counts for everybody</source>
        <translation>不试行：对所有人生效</translation>
    </message>
    <message>
        <source>Against what is in force</source>
        <translation>与生效版本相比</translation>
    </message>
    <message>
        <source>Begin the trial</source>
        <translation>开始试行</translation>
    </message>
    <message>
        <source>Publish</source>
        <translation>发布</translation>
    </message>
    <message>
        <source>Only the people of that team go by these rules, until you publish them to everybody or withdraw them.</source>
        <translation>只有这个团队按这些规则执行，直到您发布给所有人或撤回。</translation>
    </message>
    <message>
        <source>Every device and the server go by these rules after their next sync. You can go back to any earlier version.</source>
        <translation>所有设备和服务器在下次同步后按这些规则执行。随时可以恢复到任何旧版本。</translation>
    </message>
    <message>
        <source>… and {0} more</source>
        <translation>……还有 {0} 条</translation>
    </message>
    <message>
        <source>Nothing differs.</source>
        <translation>没有不同。</translation>
    </message>
    <message>
        <source>Say in a few words what changed.</source>
        <translation>请用几个字说明改了什么。</translation>
    </message>
    <message>
        <source>Choose one of the list.</source>
        <translation>请从列表中选择。</translation>
    </message>
</context>
<context>
    <name>QFileDialog</name>
    <message>
        <source>&amp;Look in:</source>
        <translation>查找范围(&amp;L)：</translation>
    </message>
    <message>
        <source>Files of &amp;type:</source>
        <translation>文件类型(&amp;T)：</translation>
    </message>
</context>
<context>
    <name>QuarantinePanel</name>
    <message>
        <source>Accept</source>
        <translation>收下</translation>
    </message>
    <message>
        <source>Discard…</source>
        <translation>丢弃…</translation>
    </message>
    <message>
        <source>Nothing in quarantine</source>
        <translation>隔离区是空的</translation>
    </message>
    <message>
        <source>When a revoked device wipes itself, what it had not sent comes here first. You decide whether it is taken.</source>
        <translation>被停用的设备清除数据前，会先把没有发送的修改送到这里，由您决定是否收下。</translation>
    </message>
    <message>
        <source>Quarantine</source>
        <translation>隔离区</translation>
    </message>
    <message>
        <source>Changes</source>
        <translation>修改</translation>
    </message>
    <message>
        <source>Person</source>
        <translation>人员</translation>
    </message>
    <message>
        <source>Received</source>
        <translation>收到时间</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Taken / refused</source>
        <translation>收下 / 拒绝</translation>
    </message>
    <message>
        <source>When</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Record</source>
        <translation>记录</translation>
    </message>
    <message>
        <source>What</source>
        <translation>内容</translation>
    </message>
    <message>
        <source>Why not</source>
        <translation>拒绝理由</translation>
    </message>
    <message>
        <source>{0} files</source>
        <translation>{0} 个文件</translation>
    </message>
    <message>
        <source>To be decided</source>
        <translation>待处理</translation>
    </message>
    <message>
        <source>Accepted</source>
        <translation>已收下</translation>
    </message>
    <message>
        <source>Discarded</source>
        <translation>已丢弃</translation>
    </message>
    <message>
        <source>Accepted; what was refused says why.</source>
        <translation>已收下；被拒绝的附有理由。</translation>
    </message>
    <message>
        <source>Discard this work?</source>
        <translation>丢弃这些修改？</translation>
    </message>
    <message>
        <source>Nothing of it is taken. It is deleted for good after some days.</source>
        <translation>全部不收，若干天后彻底删除。</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>丢弃</translation>
    </message>
    <message>
        <source>Discarded.</source>
        <translation>已丢弃。</translation>
    </message>
</context>
<context>
    <name>ReasonSheet</name>
    <message>
        <source>Why does it go back?</source>
        <translation>为什么退回？</translation>
    </message>
    <message>
        <source>Back from “{0}” to “{1}”</source>
        <translation>从「{0}」退回「{1}」</translation>
    </message>
    <message>
        <source>Move back</source>
        <translation>退回</translation>
    </message>
    <message>
        <source>The history keeps the reason; how often a record went back counts.</source>
        <translation>原因会保留在历史里，退回次数会计入风险判断。</translation>
    </message>
    <message>
        <source>Budget put off</source>
        <translation>预算推迟</translation>
    </message>
    <message>
        <source>Decision maker changed</source>
        <translation>决策人变动</translation>
    </message>
    <message>
        <source>Needs changed</source>
        <translation>需求变更</translation>
    </message>
    <message>
        <source>A rival came in</source>
        <translation>竞品介入</translation>
    </message>
    <message>
        <source>Moved on too early</source>
        <translation>推进过早</translation>
    </message>
    <message>
        <source>This field must not be empty.</source>
        <translation>这个字段不能为空。</translation>
    </message>
</context>
<context>
    <name>RecordDialog</name>
    <message>
        <source>New {0}</source>
        <translation>新建{0}</translation>
    </message>
    <message>
        <source>Edit {0}</source>
        <translation>编辑{0}</translation>
    </message>
    <message>
        <source>Create</source>
        <translation>创建</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Choose one of the records found, or leave this empty.</source>
        <translation>请从找到的记录中选一条，或者留空。</translation>
    </message>
    <message>
        <source>One field needs attention before this can be saved.</source>
        <translation>有 1 个字段需要修改后才能保存。</translation>
    </message>
    <message>
        <source>{0} fields need attention before this can be saved.</source>
        <translation>有 {0} 个字段需要修改后才能保存。</translation>
    </message>
</context>
<context>
    <name>RecordPage</name>
    <message>
        <source>Back (Alt+Left)</source>
        <translation>返回（Alt+←）</translation>
    </message>
    <message>
        <source>Delete this record; it can be taken back</source>
        <translation>删除这条记录（可以撤销）</translation>
    </message>
    <message>
        <source>This record at any moment (Ctrl+H)</source>
        <translation>查看这条记录在任意时刻的样子（Ctrl+H）</translation>
    </message>
    <message>
        <source>Follow-up</source>
        <translation>跟进</translation>
    </message>
    <message>
        <source>Log a follow-up (Ctrl+J)</source>
        <translation>记跟进（Ctrl+J）</translation>
    </message>
    <message>
        <source>It was merged into a record of a colleague&apos;s that you do not see.</source>
        <translation>它已合并到一位同事的记录，该记录不在您的数据范围内。</translation>
    </message>
    <message>
        <source>This record is no longer here</source>
        <translation>这条记录已不在这里</translation>
    </message>
    <message>
        <source>It was deleted, or it moved to colleagues whose records you do not see.</source>
        <translation>它可能已被删除，或转给了您看不到其数据的同事。</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>返回</translation>
    </message>
</context>
<context>
    <name>RecordPicker</name>
    <message>
        <source>Name, pinyin or last digits…</source>
        <translation>名称、拼音或尾号…</translation>
    </message>
</context>
<context>
    <name>RecordingRow</name>
    <message>
        <source>Open as a note</source>
        <translation>作为笔记打开</translation>
    </message>
    <message>
        <source>Open the record</source>
        <translation>打开记录</translation>
    </message>
    <message>
        <source>Recognise now</source>
        <translation>现在识别</translation>
    </message>
    <message>
        <source>Cancel {0}</source>
        <translation>取消 {0}</translation>
    </message>
    <message>
        <source>Erase {0}</source>
        <translation>删除 {0}</translation>
    </message>
    <message>
        <source>Voice note {0}</source>
        <translation>语音 {0}</translation>
    </message>
    <message>
        <source>Stop {0}</source>
        <translation>停止播放 {0}</translation>
    </message>
    <message>
        <source>Play {0}</source>
        <translation>播放 {0}</translation>
    </message>
    <message>
        <source>Not recognised</source>
        <translation>没能识别</translation>
    </message>
    <message>
        <source>Being recognised</source>
        <translation>正在识别</translation>
    </message>
    <message>
        <source>No words yet</source>
        <translation>还没转成文字</translation>
    </message>
    <message>
        <source>To be looked over</source>
        <translation>待核对</translation>
    </message>
    <message>
        <source>erased within a day</source>
        <translation>一天内删除</translation>
    </message>
    <message>
        <source>kept for {0} more days</source>
        <translation>还保留 {0} 天</translation>
    </message>
    <message>
        <source>less than a minute left</source>
        <translation>不到一分钟</translation>
    </message>
    <message>
        <source>about a minute left</source>
        <translation>大约还要 1 分钟</translation>
    </message>
    <message>
        <source>about {0} minutes left</source>
        <translation>大约还要 {0} 分钟</translation>
    </message>
</context>
<context>
    <name>RecordingStrip</name>
    <message>
        <source>Recording</source>
        <translation>录音</translation>
    </message>
</context>
<context>
    <name>RecordingsPage</name>
    <message>
        <source>erased once the note is saved</source>
        <translation>保存笔记后立即删除</translation>
    </message>
    <message>
        <source>kept for {0} days</source>
        <translation>保留 {0} 天</translation>
    </message>
    <message>
        <source>attached to the record and sent to the server</source>
        <translation>作为附件上传到服务器</translation>
    </message>
    <message>
        <source>never leaves this computer</source>
        <translation>不会离开这台电脑</translation>
    </message>
    <message>
        <source>Encrypted on this computer, {0}; {1}. The policy of your company says so.</source>
        <translation>加密保存在这台电脑上，{0}，{1}；由公司策略决定</translation>
    </message>
    <message>
        <source>Recordings</source>
        <translation>录音</translation>
    </message>
    <message>
        <source>Back (Alt+Left)</source>
        <translation>返回（Alt+←）</translation>
    </message>
    <message>
        <source>Choose recordings…</source>
        <translation>选择录音…</translation>
    </message>
    <message>
        <source>Several at once; or drop them anywhere on this page (Ctrl+O)</source>
        <translation>可以一次选多个，也可以直接拖到本页（Ctrl+O）</translation>
    </message>
    <message>
        <source>No recordings</source>
        <translation>还没有录音</translation>
    </message>
    <message>
        <source>What you say into a visit stays here for a while. Drop recordings of calls here: each becomes a note to look over, several at once, an hour long if need be.</source>
        <translation>口述拜访时的录音会在这里保留几天。也可以把通话录音拖到这里，一次多个、一小时长也行，每段都会转成一条待核对的笔记。</translation>
    </message>
    <message>
        <source>Recognising {0} of {1}; everything else goes on meanwhile</source>
        <translation>正在识别第 {0} 段，共 {1} 段；可以继续做别的事</translation>
    </message>
</context>
<context>
    <name>RefusalBar</name>
    <message>
        <source>Ask {0} to help</source>
        <translation>请{0}协助</translation>
    </message>
    <message>
        <source>Move it anyway</source>
        <translation>仍然推进</translation>
    </message>
    <message>
        <source>The history says that you did</source>
        <translation>历史里会记下是您越过了条件</translation>
    </message>
    <message>
        <source>Move it now</source>
        <translation>现在推进</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>RefusalEntry</name>
    <message>
        <source>Copy what I wrote</source>
        <translation>复制我写的内容</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>忽略</translation>
    </message>
    <message>
        <source>Put in again</source>
        <translation>再次提交</translation>
    </message>
    <message>
        <source>C copy   ·   R put in again   ·   O open   ·   D dismiss   ·   ↑↓</source>
        <translation>C 复制   ·   R 再次提交   ·   O 打开   ·   D 忽略   ·   ↑↓</translation>
    </message>
    <message>
        <source>What you wrote</source>
        <translation>您写的内容</translation>
    </message>
    <message>
        <source>{0} of {1} was not accepted</source>
        <translation>{1} 的{0}未被接受</translation>
    </message>
    <message>
        <source>The server did not accept this change ({0}).</source>
        <translation>服务器没有接受这项修改（{0}）。</translation>
    </message>
    <message>
        <source>The record shows the server&apos;s value again; your text is kept here.</source>
        <translation>记录已显示服务器上的内容，您写的保留在这里。</translation>
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
    <name>ReminderCard</name>
    <message>
        <source>Reminders</source>
        <translation>提醒</translation>
    </message>
    <message>
        <source>Pop up when a task, a promise or a lead is due</source>
        <translation>任务、承诺、线索到时间时弹出提醒</translation>
    </message>
    <message>
        <source>Quiet hours</source>
        <translation>免打扰时段</translation>
    </message>
    <message>
        <source>Leave out names and contents</source>
        <translation>提醒里不出现姓名和内容</translation>
    </message>
    <message>
        <source>Stay in the tray when the window is closed</source>
        <translation>关闭窗口后留在托盘</translation>
    </message>
    <message>
        <source>none</source>
        <translation>不设</translation>
    </message>
    <message>
        <source>This desktop offers no tray; reminders are shown inside the window.</source>
        <translation>此桌面没有托盘，提醒显示在窗口里。</translation>
    </message>
</context>
<context>
    <name>ReplaceSheet</name>
    <message>
        <source>Pattern</source>
        <translation>表达式</translation>
    </message>
    <message>
        <source>Replace with</source>
        <translation>替换为</translation>
    </message>
    <message>
        <source>Use this</source>
        <translation>使用</translation>
    </message>
</context>
<context>
    <name>ReportsPage</name>
    <message>
        <source>Back (Alt+Left)</source>
        <translation>返回（Alt+←）</translation>
    </message>
    <message>
        <source>Reports</source>
        <translation>报告</translation>
    </message>
    <message>
        <source>Computed on this device, of what you may see</source>
        <translation>在本机按您能看到的记录计算</translation>
    </message>
    <message>
        <source>The score</source>
        <translation>评分准不准</translation>
    </message>
    <message>
        <source>The quarter</source>
        <translation>季度价值</translation>
    </message>
    <message>
        <source>My points</source>
        <translation>我的积分</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>报告</translation>
    </message>
</context>
<context>
    <name>RequestLine</name>
    <message>
        <source>exemption asked for</source>
        <translation>申请豁免中</translation>
    </message>
    <message>
        <source>Decide…</source>
        <translation>去审批…</translation>
    </message>
    <message>
        <source>Withdraw</source>
        <translation>撤回申请</translation>
    </message>
</context>
<context>
    <name>RequirementSheet</name>
    <message>
        <source>When</source>
        <translation>当</translation>
    </message>
    <message>
        <source>is</source>
        <translation>为</translation>
    </message>
    <message>
        <source>Must be filled</source>
        <translation>必须填写</translation>
    </message>
    <message>
        <source>Called</source>
        <translation>称为</translation>
    </message>
    <message>
        <source>Required when: {0}</source>
        <translation>条件必填：{0}</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>添加</translation>
    </message>
    <message>
        <source>Forms, lists and bulk edits ask for it; what comes from imports and older devices is kept and shown as incomplete.</source>
        <translation>表单、列表和批量修改都会要求填写；导入的和旧设备送来的记录照样保留，标明资料不完整。</translation>
    </message>
    <message>
        <source>A new one</source>
        <translation>新增一条</translation>
    </message>
    <message>
        <source>This field must not be empty.</source>
        <translation>这个字段不能为空。</translation>
    </message>
</context>
<context>
    <name>RolesPanel</name>
    <message>
        <source>New role like this one…</source>
        <translation>以此角色新建…</translation>
    </message>
    <message>
        <source>New freeze rule…</source>
        <translation>新建冻结规则…</translation>
    </message>
    <message>
        <source>Works with records of</source>
        <translation>数据范围</translation>
    </message>
    <message>
        <source>Outside sales</source>
        <translation>不属于销售</translation>
    </message>
    <message>
        <source>What they write down counts on boards as records by others than sales</source>
        <translation>他们写下的跟进和拜访，在看板上计为非销售协作记录</translation>
    </message>
    <message>
        <source>Freeze rules: who may change which field when</source>
        <translation>冻结规则：谁能在什么时候改哪个字段</translation>
    </message>
    <message>
        <source>Roles</source>
        <translation>角色权限</translation>
    </message>
    <message>
        <source>Role</source>
        <translation>角色</translation>
    </message>
    <message>
        <source>People</source>
        <translation>人数</translation>
    </message>
    <message>
        <source>An administrator may do everything, so that nobody can be locked out.</source>
        <translation>管理员拥有全部权限，以免谁都进不来。</translation>
    </message>
    <message>
        <source>Records</source>
        <translation>对象</translation>
    </message>
    <message>
        <source>Scope</source>
        <translation>数据范围</translation>
    </message>
    <message>
        <source>As the role</source>
        <translation>同角色</translation>
    </message>
    <message>
        <source>{0}: scope</source>
        <translation>{0}：数据范围</translation>
    </message>
    <message>
        <source>{0} read-only</source>
        <translation>{0} 个只读</translation>
    </message>
    <message>
        <source>{0} masked</source>
        <translation>{0} 个脱敏</translation>
    </message>
    <message>
        <source>{0} hidden</source>
        <translation>{0} 个隐藏</translation>
    </message>
    <message>
        <source>All fields…</source>
        <translation>全部字段…</translation>
    </message>
    <message>
        <source>{0}: {1}</source>
        <translation>{0}：{1}</translation>
    </message>
    <message>
        <source>every field</source>
        <translation>全部字段</translation>
    </message>
    <message>
        <source>New role</source>
        <translation>新建角色</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
</context>
<context>
    <name>RowMenu</name>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Copy phone number</source>
        <translation>复制电话号码</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
</context>
<context>
    <name>RuleDetail</name>
    <message>
        <source>Edit</source>
        <translation>编辑</translation>
    </message>
    <message>
        <source>Put it right…</source>
        <translation>去修正…</translation>
    </message>
    <message>
        <source>Ask it earlier: the first that fits decides (Alt+Up)</source>
        <translation>提前：按顺序，第一条符合的生效（Alt+↑）</translation>
    </message>
    <message>
        <source>Ask it later: the first that fits decides (Alt+Down)</source>
        <translation>推后：按顺序，第一条符合的生效（Alt+↓）</translation>
    </message>
    <message>
        <source>Try on history</source>
        <translation>用历史数据试跑</translation>
    </message>
    <message>
        <source>As text</source>
        <translation>文本</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>复制一条</translation>
    </message>
    <message>
        <source>… and {0} more</source>
        <translation>……还有 {0} 条</translation>
    </message>
    <message>
        <source>Differs from what is in force:</source>
        <translation>与生效版本不同：</translation>
    </message>
    <message>
        <source>All stages</source>
        <translation>全部阶段</translation>
    </message>
    <message>
        <source>Sliders and their effect</source>
        <translation>滑块与影响</translation>
    </message>
    <message>
        <source>Switch off</source>
        <translation>停用</translation>
    </message>
    <message>
        <source>Switch on</source>
        <translation>启用</translation>
    </message>
    <message>
        <source>As it ships</source>
        <translation>恢复随附内容</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Bring back</source>
        <translation>恢复</translation>
    </message>
</context>
<context>
    <name>RuleForm</name>
    <message>
        <source>Finish this condition, or remove it.</source>
        <translation>请补全这个条件，或将其移除。</translation>
    </message>
    <message>
        <source>{0}: kept as it is</source>
        <translation>{0}：原样保留</translation>
    </message>
    <message>
        <source>Kept as it is: {0}</source>
        <translation>原样保留：{0}</translation>
    </message>
    <message>
        <source>Any record</source>
        <translation>任何记录都可以申请</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>添加</translation>
    </message>
    <message>
        <source>Add: {0}</source>
        <translation>添加：{0}</translation>
    </message>
</context>
<context>
    <name>RuleList</name>
    <message>
        <source>Kinds of rules</source>
        <translation>规则类别</translation>
    </message>
    <message>
        <source>Rules</source>
        <translation>规则</translation>
    </message>
    <message>
        <source>Rule</source>
        <translation>规则</translation>
    </message>
    <message>
        <source>What it says</source>
        <translation>内容</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>No rule here</source>
        <translation>没有规则</translation>
    </message>
    <message>
        <source>Nothing in this group is called so, or says so.</source>
        <translation>这一类里没有这样命名或包含这些内容的规则。</translation>
    </message>
    <message>
        <source>{0} rules</source>
        <translation>{0} 条</translation>
    </message>
    <message>
        <source>{0} rules · {1} changed</source>
        <translation>{0} 条 · {1} 条有改动</translation>
    </message>
</context>
<context>
    <name>RulePlaces</name>
    <message>
        <source>Rules</source>
        <translation>规则</translation>
    </message>
    <message>
        <source>Stages</source>
        <translation>阶段</translation>
    </message>
    <message>
        <source>Scores of leads</source>
        <translation>线索评分</translation>
    </message>
    <message>
        <source>Scores, routing, clocks, stages: change, try, publish</source>
        <translation>评分、分配、时限、阶段、自动化：修改、试跑、发布</translation>
    </message>
    <message>
        <source>Order, standard hours, check lists and what each asks for</source>
        <translation>次序、标准耗时、清单和推进条件</translation>
    </message>
    <message>
        <source>Points by sliders, with the effect on last month&apos;s leads</source>
        <translation>用滑块调分，旁边就是对近一个月线索的影响</translation>
    </message>
</context>
<context>
    <name>RulesPage</name>
    <message>
        <source>Back (Alt+Left)</source>
        <translation>返回（Alt+左）</translation>
    </message>
    <message>
        <source>Publish…</source>
        <translation>发布…</translation>
    </message>
    <message>
        <source>New rule</source>
        <translation>新规则</translation>
    </message>
    <message>
        <source>More</source>
        <translation>更多</translation>
    </message>
    <message>
        <source>Rules</source>
        <translation>规则</translation>
    </message>
    <message>
        <source>Versions</source>
        <translation>版本</translation>
    </message>
    <message>
        <source>Trial run</source>
        <translation>试跑</translation>
    </message>
    <message>
        <source>Shown</source>
        <translation>显示</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>正在读取…</translation>
    </message>
    <message>
        <source>What ships is in force</source>
        <translation>当前执行随附规则</translation>
    </message>
    <message>
        <source>Version {0} is in force: {1}</source>
        <translation>当前执行第 {0} 版：{1}</translation>
    </message>
    <message>
        <source>{0} rules differ in the draft</source>
        <translation>草稿有 {0} 条与之不同</translation>
    </message>
    <message>
        <source>the draft is the same</source>
        <translation>草稿与之一致</translation>
    </message>
    <message>
        <source>Back to version {0}: {1}</source>
        <translation>恢复到第 {0} 版：{1}</translation>
    </message>
    <message>
        <source>Publish version {0} again</source>
        <translation>重新发布第 {0} 版</translation>
    </message>
    <message>
        <source>What changed</source>
        <translation>改了什么</translation>
    </message>
    <message>
        <source>Version {0}</source>
        <translation>第 {0} 版</translation>
    </message>
    <message>
        <source>Draft from version {0}</source>
        <translation>用第 {0} 版替换草稿</translation>
    </message>
    <message>
        <source>The draft will say exactly what version {0} says; what was written since is taken away. One step takes it back.</source>
        <translation>草稿将与第 {0} 版完全一致，此后写的内容会被去掉。可以一步撤销。</translation>
    </message>
    <message>
        <source>Replace the draft</source>
        <translation>替换草稿</translation>
    </message>
    <message>
        <source>Rules of a trade…</source>
        <translation>行业规则包…</translation>
    </message>
    <message>
        <source>Import rules (YAML)…</source>
        <translation>导入规则（YAML）…</translation>
    </message>
    <message>
        <source>Export the draft (YAML)…</source>
        <translation>导出草稿（YAML）…</translation>
    </message>
    <message>
        <source>Import rules</source>
        <translation>导入规则</translation>
    </message>
    <message>
        <source>Export to</source>
        <translation>导出到</translation>
    </message>
    <message>
        <source>Written to {0}</source>
        <translation>已导出到 {0}</translation>
    </message>
</context>
<context>
    <name>RunStep</name>
    <message>
        <source>Save the refused rows…</source>
        <translation>保存未导入的行…</translation>
    </message>
    <message>
        <source>Take the whole import back</source>
        <translation>撤销整个导入</translation>
    </message>
    <message>
        <source>Show the list</source>
        <translation>查看列表</translation>
    </message>
    <message>
        <source>Importing… {0} rows</source>
        <translation>正在导入… {0} 行</translation>
    </message>
    <message>
        <source>Importing…</source>
        <translation>正在导入…</translation>
    </message>
    <message>
        <source>{0} rows new, {1} updated</source>
        <translation>新增 {0} 行，更新 {1} 行</translation>
    </message>
    <message>
        <source>{0} rows were there already</source>
        <translation>系统中已有 {0} 行</translation>
    </message>
    <message>
        <source>{0} rows not imported</source>
        <translation>未导入 {0} 行</translation>
    </message>
    <message>
        <source>{0} contacts with them</source>
        <translation>同时新增联系人 {0} 个</translation>
    </message>
    <message>
        <source>Another file</source>
        <translation>再导入一个文件</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Stopped. What was imported so far is kept: go on, or take it back as a whole.</source>
        <translation>已停止。已导入的部分保留着：可以继续，也可以整体撤销。</translation>
    </message>
    <message>
        <source>Imported.</source>
        <translation>导入完成。</translation>
    </message>
    <message>
        <source>Taking it back…</source>
        <translation>正在撤销…</translation>
    </message>
    <message>
        <source>not imported</source>
        <translation>不导入</translation>
    </message>
    <message>
        <source>Save the refused rows</source>
        <translation>保存未导入的行</translation>
    </message>
    <message>
        <source>{0} rows written to {1}; put them right and import that file.</source>
        <translation>{0} 行已写到 {1}，改好后导入那个文件即可。</translation>
    </message>
</context>
<context>
    <name>SampleTable</name>
    <message>
        <source>Row</source>
        <translation>行</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>说明</translation>
    </message>
    <message>
        <source>The first rows, as they will be</source>
        <translation>前几行导入后的样子</translation>
    </message>
    <message>
        <source>Wrong</source>
        <translation>有误</translation>
    </message>
    <message>
        <source>In part</source>
        <translation>缺一些</translation>
    </message>
    <message>
        <source>Good</source>
        <translation>可导入</translation>
    </message>
</context>
<context>
    <name>SandboxBar</name>
    <message>
        <source>Everybody</source>
        <translation>所有人</translation>
    </message>
    <message>
        <source>All</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Only with the draft</source>
        <translation>仅草稿触发</translation>
    </message>
    <message>
        <source>Only as published</source>
        <translation>仅已发布版触发</translation>
    </message>
    <message>
        <source>Both</source>
        <translation>两者都触发</translation>
    </message>
    <message>
        <source>By rule</source>
        <translation>按规则</translation>
    </message>
    <message>
        <source>Listed</source>
        <translation>列出</translation>
    </message>
    <message>
        <source>Whose records</source>
        <translation>谁的记录</translation>
    </message>
</context>
<context>
    <name>SandboxPanel</name>
    <message>
        <source>Try again</source>
        <translation>再试一次</translation>
    </message>
    <message>
        <source>Try with one team…</source>
        <translation>先在一个团队试行…</translation>
    </message>
    <message>
        <source>Publish…</source>
        <translation>发布…</translation>
    </message>
    <message>
        <source>Tasks a week, by person</source>
        <translation>每人每周任务数</translation>
    </message>
    <message>
        <source>What would have fired</source>
        <translation>会触发的记录</translation>
    </message>
    <message>
        <source>Times</source>
        <translation>触发次数</translation>
    </message>
    <message>
        <source>Newly fires</source>
        <translation>新增</translation>
    </message>
    <message>
        <source>No longer fires</source>
        <translation>不再触发</translation>
    </message>
    <message>
        <source>When</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Rule</source>
        <translation>规则</translation>
    </message>
    <message>
        <source>Record</source>
        <translation>记录</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>依据</translation>
    </message>
    <message>
        <source>Worth</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>Fires</source>
        <translation>与已发布版相比</translation>
    </message>
    <message>
        <source>Try rules on your own history</source>
        <translation>用自己的历史数据试跑</translation>
    </message>
    <message>
        <source>Try the whole draft</source>
        <translation>试跑整份草稿</translation>
    </message>
    <message>
        <source>Replaying twelve months…</source>
        <translation>正在重放十二个月…</translation>
    </message>
    <message>
        <source>Would have fired</source>
        <translation>会触发</translation>
    </message>
    <message>
        <source>Records</source>
        <translation>记录</translation>
    </message>
    <message>
        <source>Automations, clocks, scores, routes, gates, approvals and limits are worked out anew over the last twelve months on this device: what would have fired, on whom, and whether people had seen to it anyway. Nothing is changed.</source>
        <translation>用本机最近十二个月的数据，重新计算自动化、时限、评分、分配、阶段门槛、审批和指标红线：会触发什么、触发在谁身上、没有提醒时有没有人处理。不改动任何数据。</translation>
    </message>
    <message>
        <source>False alarms</source>
        <translation>误报</translation>
    </message>
    <message>
        <source>New / no longer</source>
        <translation>新增 / 不再触发</translation>
    </message>
    <message>
        <source>The draft does exactly what is in force does.</source>
        <translation>草稿与现行规则的结果完全一样。</translation>
    </message>
    <message>
        <source>Published, it fires {0} times more and {1} times less in twelve months; tasks a week go from {2} to {3}.</source>
        <translation>如果发布：十二个月里多触发 {0} 次、少触发 {1} 次；每周任务从 {2} 条变为 {3} 条。</translation>
    </message>
    <message>
        <source>Right</source>
        <translation>有效</translation>
    </message>
    <message>
        <source>False alarm</source>
        <translation>误报</translation>
    </message>
    <message>
        <source>Not known yet</source>
        <translation>尚不可知</translation>
    </message>
    <message>
        <source>Nobody told</source>
        <translation>无人收到</translation>
    </message>
    <message>
        <source>Newly</source>
        <translation>新增</translation>
    </message>
    <message>
        <source>As before</source>
        <translation>不变</translation>
    </message>
    <message>
        <source>No longer</source>
        <translation>不再触发</translation>
    </message>
    <message>
        <source>{0} changes replayed.</source>
        <translation>已重放 {0} 次改动。</translation>
    </message>
    <message>
        <source>The busiest week: {0}, {1} tasks.</source>
        <translation>最忙的一周：{0}，{1} 条任务。</translation>
    </message>
    <message>
        <source>A false alarm: somebody had seen to the record within 24 hours, untold.</source>
        <translation>误报：没有提醒，24 小时内也有人处理了。</translation>
    </message>
    <message>
        <source>The history of {0} records is not on this device; their times are believed, the rest is as it is now.</source>
        <translation>有 {0} 条记录的历史不在本机：时间按字段推算，其余按现在的内容计算。</translation>
    </message>
</context>
<context>
    <name>SaveBoardSheet</name>
    <message>
        <source>Save the board</source>
        <translation>保存看板</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Shared with</source>
        <translation>共享给</translation>
    </message>
    <message>
        <source>For the role</source>
        <translation>适用角色</translation>
    </message>
    <message>
        <source>In place of “{0}”</source>
        <translation>取代“{0}”</translation>
    </message>
    <message>
        <source>Only me</source>
        <translation>仅自己</translation>
    </message>
    <message>
        <source>Team {0}</source>
        <translation>团队 {0}</translation>
    </message>
    <message>
        <source>Everybody</source>
        <translation>所有人</translation>
    </message>
    <message>
        <source>Sales reps</source>
        <translation>销售</translation>
    </message>
    <message>
        <source>Managers</source>
        <translation>主管</translation>
    </message>
    <message>
        <source>Administrators</source>
        <translation>管理员</translation>
    </message>
    <message>
        <source>Every role</source>
        <translation>所有角色</translation>
    </message>
    <message>
        <source>Give the board a name.</source>
        <translation>请给看板起个名称。</translation>
    </message>
</context>
<context>
    <name>SaveViewSheet</name>
    <message>
        <source>Save as a view</source>
        <translation>存为视图</translation>
    </message>
    <message>
        <source>Name and sharing</source>
        <translation>名称与共享</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Shared with</source>
        <translation>共享给</translation>
    </message>
    <message>
        <source>Only me</source>
        <translation>仅自己</translation>
    </message>
    <message>
        <source>Team {0}</source>
        <translation>团队：{0}</translation>
    </message>
    <message>
        <source>Everybody</source>
        <translation>所有人</translation>
    </message>
    <message>
        <source>Give the view a name.</source>
        <translation>请给视图起个名字。</translation>
    </message>
    <message>
        <source>Choose whom to share it with.</source>
        <translation>请选择共享范围。</translation>
    </message>
</context>
<context>
    <name>ScopeChoice</name>
    <message>
        <source>The {0} selected</source>
        <translation>选中的 {0} 条</translation>
    </message>
    <message>
        <source>All {0} of the list</source>
        <translation>列表中全部 {0} 条</translation>
    </message>
    <message>
        <source>Which records</source>
        <translation>哪些记录</translation>
    </message>
</context>
<context>
    <name>ScoreEffect</name>
    <message>
        <source>On the leads of the last {0} days</source>
        <translation>对近 {0} 天线索的影响</translation>
    </message>
    <message>
        <source>Leads whose grade would change</source>
        <translation>等级会变的线索</translation>
    </message>
    <message>
        <source>Enter opens the lead</source>
        <translation>按回车打开线索</translation>
    </message>
    <message>
        <source>How many leads have how many points</source>
        <translation>线索的得分分布</translation>
    </message>
    <message>
        <source>what is in force</source>
        <translation>现行规则</translation>
    </message>
    <message>
        <source>the grades they have</source>
        <translation>现有等级</translation>
    </message>
    <message>
        <source>{0} leads. Filled: these points. Outline: {1}.</source>
        <translation>共 {0} 条。实心为当前设置，轮廓为{1}。</translation>
    </message>
    <message>
        <source>{0} were graded by hand and stay.</source>
        <translation>其中 {0} 条由人工定级，不受影响。</translation>
    </message>
    <message>
        <source>No lead of the last month is scored by this model. Its effect shows as leads come in.</source>
        <translation>近 30 天没有线索用到这个模型；有新线索后这里会显示影响。</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>{0} would change their grade</source>
        <translation>{0} 条线索的等级会变</translation>
    </message>
    <message>
        <source>Nobody&apos;s grade would change</source>
        <translation>没有线索的等级会变</translation>
    </message>
    <message>
        <source>and {0} more</source>
        <translation>还有 {0} 条</translation>
    </message>
</context>
<context>
    <name>ScorePage</name>
    <message>
        <source>Move a slider and see who would be graded otherwise</source>
        <translation>拖动滑块，立即看到哪些线索的等级会变</translation>
    </message>
    <message>
        <source>Scores of leads</source>
        <translation>线索评分</translation>
    </message>
    <message>
        <source>Back (Alt+Left)</source>
        <translation>返回 (Alt+←)</translation>
    </message>
    <message>
        <source>To publishing</source>
        <translation>去发布</translation>
    </message>
    <message>
        <source>Factors and conditions…</source>
        <translation>加分项与条件…</translation>
    </message>
    <message>
        <source>New model</source>
        <translation>新评分</translation>
    </message>
    <message>
        <source>Save draft (Ctrl+S)</source>
        <translation>保存草稿 (Ctrl+S)</translation>
    </message>
    <message>
        <source>As in force</source>
        <translation>恢复为现行</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>评分模型</translation>
    </message>
    <message>
        <source>not in use</source>
        <translation>未启用</translation>
    </message>
    <message>
        <source>{0} leads</source>
        <translation>{0} 条线索</translation>
    </message>
    <message>
        <source>Take out of use</source>
        <translation>停用</translation>
    </message>
    <message>
        <source>Use this one</source>
        <translation>启用这个模型</translation>
    </message>
</context>
<context>
    <name>ScoreSection</name>
    <message>
        <source>By week</source>
        <translation>按周</translation>
    </message>
    <message>
        <source>By person</source>
        <translation>按人</translation>
    </message>
    <message>
        <source>One point</source>
        <translation>一个点</translation>
    </message>
    <message>
        <source>Does the score mean anything?</source>
        <translation>评分说明得了什么吗？</translation>
    </message>
    <message>
        <source>Funnel health on the board</source>
        <translation>看板上的漏斗健康度</translation>
    </message>
    <message>
        <source>Funnel health against closings of the last 12 whole weeks, of what you may see. The source of this score claims R² = {0}; this is your own data.</source>
        <translation>最近 12 个整周的漏斗健康度与成交，范围是您能看到的记录。这套评分的来源宣称 R² = {0}，这里是贵公司自己的数据。</translation>
    </message>
    <message>
        <source>R² by least squares, its 95 % interval by Fisher&apos;s z, the slope&apos;s by 2,000 resamples with a fixed seed; from 8 points on. A connection is no cause.</source>
        <translation>R² 用最小二乘，95% 区间用 Fisher z，斜率区间用固定种子的 2000 次重抽样；至少 8 个点。相关不等于因果。</translation>
    </message>
    <message>
        <source>Closings</source>
        <translation>成交（单）</translation>
    </message>
    <message>
        <source>Funnel health (points)</source>
        <translation>漏斗健康度（分）</translation>
    </message>
    <message>
        <source>Some of it rests on incomplete history on this device.</source>
        <translation>其中一部分记录在本机缺少历史。</translation>
    </message>
    <message>
        <source>{0}: {1} points, {2} closings</source>
        <translation>{0}：{1} 分，成交 {2} 单</translation>
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
    <name>SettingsPage</name>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>They take effect at once</source>
        <translation>修改后立即生效</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>外观</translation>
    </message>
    <message>
        <source>Data and security</source>
        <translation>数据与安全</translation>
    </message>
    <message>
        <source>About</source>
        <translation>关于</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>主题</translation>
    </message>
    <message>
        <source>Server</source>
        <translation>服务器</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>Data folder</source>
        <translation>数据文件夹</translation>
    </message>
    <message>
        <source>Device number</source>
        <translation>设备编号</translation>
    </message>
    <message>
        <source>Deleted records</source>
        <translation>已删除的记录</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>版本</translation>
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
    <message>
        <source>The size holds from the next start of Suixing.</source>
        <translation>重新打开随行后生效。</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>打开文件夹</translation>
    </message>
    <message>
        <source>Kept in the recycle bin, and brought back from there</source>
        <translation>保留在回收站，可随时恢复</translation>
    </message>
    <message>
        <source>Recycle bin</source>
        <translation>回收站</translation>
    </message>
    <message>
        <source>Copy the device number</source>
        <translation>复制设备编号</translation>
    </message>
    <message>
        <source>The database is encrypted; its key is kept in the keyring of this computer.</source>
        <translation>本机数据库已加密，密钥保存在系统密钥环中。</translation>
    </message>
    <message>
        <source>The database is encrypted; its key opens only with your passphrase.</source>
        <translation>本机数据库已加密，密钥只能用您的口令打开。</translation>
    </message>
    <message>
        <source>Suixing is licensed under the Apache License 2.0. It stands on Qt for Python (LGPL 3), SQLCipher (BSD), SQLAlchemy (MIT), httpx (BSD), Vosk (Apache 2.0) and others; the file NOTICE beside the program names every part and its licence.</source>
        <translation>随行以 Apache License 2.0 授权。它建立在 Qt for Python（LGPL 3）、SQLCipher（BSD）、SQLAlchemy（MIT）、httpx（BSD）、Vosk（Apache 2.0）等组件之上；程序旁的 NOTICE 文件列出全部组件及其许可。</translation>
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
        <source>Narrow sidebar</source>
        <translation>窄侧栏</translation>
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
    <name>SideBySide</name>
    <message>
        <source>Whose values stay</source>
        <translation>保留谁的内容</translation>
    </message>
    <message>
        <source>They do not differ in any field.</source>
        <translation>两条记录的字段没有不同。</translation>
    </message>
    <message>
        <source>Stays</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>Is not taken</source>
        <translation>不采用</translation>
    </message>
</context>
<context>
    <name>SideCard</name>
    <message>
        <source>New {0}</source>
        <translation>新建{0}</translation>
    </message>
    <message>
        <source>All {0}</source>
        <translation>全部 {0} 条</translation>
    </message>
</context>
<context>
    <name>SignInWindow</name>
    <message>
        <source>Sign in to Suixing</source>
        <translation>登录随行</translation>
    </message>
    <message>
        <source>Sign in</source>
        <translation>登录</translation>
    </message>
    <message>
        <source>Server address</source>
        <translation>服务器地址</translation>
    </message>
    <message>
        <source>Account</source>
        <translation>账号</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>密码</translation>
    </message>
    <message>
        <source>for example crm.example.com</source>
        <translation>例如 crm.example.com</translation>
    </message>
    <message>
        <source>your account in Suixing</source>
        <translation>您的随行账号</translation>
    </message>
    <message>
        <source>Caps Lock is on</source>
        <translation>大写锁定已打开</translation>
    </message>
    <message>
        <source>Set password</source>
        <translation>设置密码</translation>
    </message>
    <message>
        <source>Use my company account</source>
        <translation>用公司账号登录</translation>
    </message>
    <message>
        <source>Switch to English</source>
        <translation>切换到英文</translation>
    </message>
    <message>
        <source>This device appears as &quot;{0}&quot;</source>
        <translation>本机在设备列表中显示为“{0}”</translation>
    </message>
    <message>
        <source>Enter the address your IT gave you.</source>
        <translation>请输入 IT 提供的服务器地址。</translation>
    </message>
    <message>
        <source>Enter your account.</source>
        <translation>请输入账号。</translation>
    </message>
    <message>
        <source>Enter your password.</source>
        <translation>请输入密码。</translation>
    </message>
    <message>
        <source>No server answers there. Check the address and the network (VPN, company Wi-Fi), or ask your IT. What you typed is kept.</source>
        <translation>这个地址没有服务器应答。请检查地址和网络（VPN、公司 Wi-Fi），或咨询 IT。您输入的内容还在。</translation>
    </message>
</context>
<context>
    <name>SnoozeMenu</name>
    <message>
        <source>Later today</source>
        <translation>今天晚些时候</translation>
    </message>
    <message>
        <source>Tomorrow</source>
        <translation>明天</translation>
    </message>
    <message>
        <source>Next Monday</source>
        <translation>下周一</translation>
    </message>
    <message>
        <source>A date…</source>
        <translation>选个日期…</translation>
    </message>
    <message>
        <source>Back to today</source>
        <translation>放回今天</translation>
    </message>
</context>
<context>
    <name>SnoozeSheet</name>
    <message>
        <source>Remind me later</source>
        <translation>稍后提醒</translation>
    </message>
    <message>
        <source>Put off</source>
        <translation>推后</translation>
    </message>
    <message>
        <source>When it comes back</source>
        <translation>什么时候再提醒</translation>
    </message>
    <message>
        <source>Write a moment such as “tomorrow 15:30” or 2026-03-05.</source>
        <translation>请写一个时间，例如“明天 15:30”或 2026-03-05。</translation>
    </message>
    <message>
        <source>That moment is already over.</source>
        <translation>这个时间已经过去了。</translation>
    </message>
</context>
<context>
    <name>StageCard</name>
    <message>
        <source>Move on to “{0}”</source>
        <translation>进入「{0}」</translation>
    </message>
    <message>
        <source>Ask for approval</source>
        <translation>申请审批</translation>
    </message>
    <message>
        <source>here for {0}</source>
        <translation>已 {0}</translation>
    </message>
    <message>
        <source>usually {0}</source>
        <translation>标准 {0}</translation>
    </message>
    <message>
        <source>in charge: {0}</source>
        <translation>责任：{0}</translation>
    </message>
    <message>
        <source>Ask {0} to help</source>
        <translation>请{0}协助</translation>
    </message>
    <message>
        <source>Everything is there: it can go to “{0}”.</source>
        <translation>要求都已满足，可以进入「{0}」。</translation>
    </message>
</context>
<context>
    <name>StageColumn</name>
    <message>
        <source>This stage is not in use any more: move what is in it by hand.</source>
        <translation>这个阶段已停用，请把其中的记录手动移到其他阶段。</translation>
    </message>
    <message>
        <source>not in use</source>
        <translation>已停用</translation>
    </message>
</context>
<context>
    <name>StageForm</name>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>English name</source>
        <translation>英文名称</translation>
    </message>
    <message>
        <source>Standard hours</source>
        <translation>标准耗时</translation>
    </message>
    <message>
        <source>Who has to help</source>
        <translation>责任角色</translation>
    </message>
    <message>
        <source>Goes on by itself</source>
        <translation>自动推进</translation>
    </message>
    <message>
        <source>hours; 0 for no limit</source>
        <translation>小时；0 为不限</translation>
    </message>
    <message>
        <source>for example technical support</source>
        <translation>例如：技术支持</translation>
    </message>
    <message>
        <source>Save draft (Ctrl+S)</source>
        <translation>保存草稿 (Ctrl+S)</translation>
    </message>
    <message>
        <source>Conditions and moves…</source>
        <translation>条件与自动推进…</translation>
    </message>
    <message>
        <source>Conditions with and, or, not; which records count; several moves</source>
        <translation>且、或、非的组合条件，哪些记录才算，多条自动推进</translation>
    </message>
    <message>
        <source>No, a person moves it on</source>
        <translation>不自动，由人推进</translation>
    </message>
    <message>
        <source>To “{0}” once all is there</source>
        <translation>全部满足后进入「{0}」</translation>
    </message>
    <message>
        <source>As its rule says (Conditions and moves)</source>
        <translation>按规则（见“条件与自动推进”）</translation>
    </message>
    <message>
        <source>What you had typed and not saved is here again.</source>
        <translation>上次没有保存的修改已经恢复。</translation>
    </message>
    <message>
        <source>Give it up</source>
        <translation>放弃修改</translation>
    </message>
    <message>
        <source>Take out of use</source>
        <translation>停用</translation>
    </message>
    <message>
        <source>Use it again</source>
        <translation>重新启用</translation>
    </message>
    <message>
        <source>As it ships</source>
        <translation>恢复随附内容</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
</context>
<context>
    <name>StagePage</name>
    <message>
        <source>Stages</source>
        <translation>阶段</translation>
    </message>
    <message>
        <source>A draft until it is published</source>
        <translation>改动先存为草稿，发布后生效</translation>
    </message>
    <message>
        <source>Alt+↑ ↓ puts a stage elsewhere</source>
        <translation>Alt+↑ ↓ 调整次序</translation>
    </message>
    <message>
        <source>Back (Alt+Left)</source>
        <translation>返回（Alt+←）</translation>
    </message>
    <message>
        <source>New stage</source>
        <translation>新阶段</translation>
    </message>
    <message>
        <source>Templates</source>
        <translation>行业模板</translation>
    </message>
    <message>
        <source>To publishing</source>
        <translation>去发布</translation>
    </message>
    <message>
        <source>Stages of</source>
        <translation>哪类记录的阶段</translation>
    </message>
    <message>
        <source>not in use</source>
        <translation>已停用</translation>
    </message>
    <message>
        <source>{0} asked</source>
        <translation>{0} 项要求</translation>
    </message>
    <message>
        <source>Test before buying: POC, proposal, negotiation</source>
        <translation>先测试后采购：POC 测试、方案确认、商务谈判</translation>
    </message>
    <message>
        <source>Stage template</source>
        <translation>阶段模板</translation>
    </message>
</context>
<context>
    <name>StandingLine</name>
    <message>
        <source>Health {0}</source>
        <translation>健康 {0}</translation>
    </message>
    <message>
        <source>Customer id; a press copies it</source>
        <translation>客户编号，点一下复制</translation>
    </message>
    <message>
        <source>Contacts {0}</source>
        <translation>联系人 {0}</translation>
    </message>
    <message>
        <source> ({0} decide)</source>
        <translation>（决策 {0}）</translation>
    </message>
    <message>
        <source>Deals {0}</source>
        <translation>商机 {0}</translation>
    </message>
    <message>
        <source>Leads {0}</source>
        <translation>线索 {0}</translation>
    </message>
</context>
<context>
    <name>StateCard</name>
    <message>
        <source>Last contact {0}</source>
        <translation>上次同步 {0}</translation>
    </message>
    <message>
        <source>Connecting…</source>
        <translation>正在连接…</translation>
    </message>
    <message>
        <source>Working offline by choice; nothing is sent</source>
        <translation>您选择了离线工作，暂不发送</translation>
    </message>
    <message>
        <source>Up to date</source>
        <translation>已是最新</translation>
    </message>
    <message>
        <source>Exchanging with the server…</source>
        <translation>正在与服务器同步…</translation>
    </message>
    <message>
        <source>Changes are about to be sent</source>
        <translation>修改即将发送</translation>
    </message>
    <message>
        <source>The server cannot be reached; go on working</source>
        <translation>连不上服务器，您可以继续工作</translation>
    </message>
    <message>
        <source>The last exchange failed</source>
        <translation>上次同步失败</translation>
    </message>
    <message>
        <source>Sign in again to go on syncing</source>
        <translation>需要重新登录才能继续同步</translation>
    </message>
    <message>
        <source>Changes are kept on this device until you switch this off.</source>
        <translation>修改先保存在本机，关闭离线工作后自动发送。</translation>
    </message>
    <message>
        <source>Next try in {0}: {1} have failed in a row, so the pauses grow.</source>
        <translation>{0}后再试：已连续失败 {1} 次，间隔会逐次加长。</translation>
    </message>
    <message>
        <source>Sparing a costly line: changes travel, attachments wait; next look in {0}.</source>
        <translation>正在节省流量：修改照常收发，附件等一等；{0}后再查看。</translation>
    </message>
    <message>
        <source>The server tells of news at once; next look of our own in {0}.</source>
        <translation>服务器有新内容会立即通知；{0}后例行查看一次。</translation>
    </message>
    <message>
        <source>No live line to the server, so we look often; next in {0}.</source>
        <translation>没有即时通知线路，改为定时查看；下次在{0}后。</translation>
    </message>
    <message>
        <source>{0} s</source>
        <translation>{0} 秒</translation>
    </message>
    <message>
        <source>{0} min {1} s</source>
        <translation>{0} 分 {1} 秒</translation>
    </message>
    <message>
        <source>Compare with the server</source>
        <translation>与服务器核对</translation>
    </message>
    <message>
        <source>Check that this device holds exactly what the server has for you</source>
        <translation>检查本机的数据与服务器上您能看到的是否完全一致</translation>
    </message>
    <message>
        <source>Not compared with the server yet.</source>
        <translation>还没有与服务器核对过。</translation>
    </message>
    <message>
        <source>Compared with the server {0}: {1} records still differ. Tell your administrator.</source>
        <translation>{0} 与服务器核对：仍有 {1} 条记录不一致，请告诉管理员。</translation>
    </message>
    <message>
        <source>Compared with the server {0}: {1} records differed and were fetched again.</source>
        <translation>{0} 与服务器核对：{1} 条记录不一致，已重新取回。</translation>
    </message>
    <message>
        <source>Compared with the server {0}: everything is the same.</source>
        <translation>{0} 与服务器核对：完全一致。</translation>
    </message>
</context>
<context>
    <name>SyncPage</name>
    <message>
        <source>Sync centre</source>
        <translation>同步中心</translation>
    </message>
    <message>
        <source>Send now</source>
        <translation>立即同步</translation>
    </message>
    <message>
        <source>Exchange with the server now (Ctrl+Return)</source>
        <translation>现在就与服务器同步（Ctrl+Enter）</translation>
    </message>
    <message>
        <source>Work offline</source>
        <translation>离线工作</translation>
    </message>
    <message>
        <source>Changes stay on this device until you switch this off</source>
        <translation>关闭之前，修改只保存在本机</translation>
    </message>
    <message>
        <source>Metered</source>
        <translation>按流量计费</translation>
    </message>
    <message>
        <source>A line that costs money: changes travel, attachments wait</source>
        <translation>线路按流量收费：只传修改，附件等一等</translation>
    </message>
    <message>
        <source>Batches…</source>
        <translation>批次…</translation>
    </message>
    <message>
        <source>Take back whole imports, bulk edits, merges, rule runs</source>
        <translation>整批收回导入、批量修改、合并、规则运行</translation>
    </message>
    <message>
        <source>Nothing to decide</source>
        <translation>没有需要处理的内容</translation>
    </message>
    <message>
        <source>When two people change the same field at the same time, the later one stands and the other waits here: mine, theirs and before, side by side.</source>
        <translation>两个人同时改了同一个字段时，以较晚的为准，另一份留在这里：我的、对方的和之前的，并排对照。</translation>
    </message>
    <message>
        <source>To decide: {0}</source>
        <translation>待处理 {0} 项</translation>
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
    <name>Taking</name>
    <message>
        <source>Export to</source>
        <translation>导出到</translation>
    </message>
</context>
<context>
    <name>TaskCard</name>
    <message>
        <source>Done: {0} (Space)</source>
        <translation>完成：{0}（空格）</translation>
    </message>
    <message>
        <source>{0}, overdue</source>
        <translation>{0}，已逾期</translation>
    </message>
    <message>
        <source>Open tasks and promises</source>
        <translation>未完成的任务与承诺</translation>
    </message>
    <message>
        <source>Nothing is open. Promises made on visits appear here.</source>
        <translation>没有未完成的事。拜访中作出的承诺会出现在这里。</translation>
    </message>
</context>
<context>
    <name>TemplateSheet</name>
    <message>
        <source>Trade</source>
        <translation>行业</translation>
    </message>
    <message>
        <source>Industry templates</source>
        <translation>行业模板</translation>
    </message>
    <message>
        <source>Apply</source>
        <translation>应用</translation>
    </message>
    <message>
        <source>Rules of the trade…</source>
        <translation>行业规则包…</translation>
    </message>
    <message>
        <source>{0} fields · {1} tags · {2} sample records</source>
        <translation>{0} 个字段 · {1} 个标签 · {2} 条示例</translation>
    </message>
    <message>
        <source>Remove the sample data</source>
        <translation>移除示例数据</translation>
    </message>
    <message>
        <source>Load the sample data</source>
        <translation>载入示例数据</translation>
    </message>
</context>
<context>
    <name>TextSheet</name>
    <message>
        <source>Save as draft</source>
        <translation>保存为草稿</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Rules as text</source>
        <translation>规则文本</translation>
    </message>
    <message>
        <source>YAML: what you change here is a draft and counts once it is published. Comments (#) are not kept.</source>
        <translation>YAML 格式。这里的修改先存为草稿，发布后生效。注释（#）不会保留。</translation>
    </message>
    <message>
        <source>As a form</source>
        <translation>返回表单</translation>
    </message>
    <message>
        <source>… and {0} more</source>
        <translation>……还有 {0} 条</translation>
    </message>
    <message>
        <source>Go there</source>
        <translation>转到这里</translation>
    </message>
    <message>
        <source>Copied.</source>
        <translation>已复制。</translation>
    </message>
</context>
<context>
    <name>ThenTable</name>
    <message>
        <source>Field</source>
        <translation>字段</translation>
    </message>
    <message>
        <source>Then</source>
        <translation>当时</translation>
    </message>
    <message>
        <source>Now</source>
        <translation>现在</translation>
    </message>
    <message>
        <source>Nothing differs from now.</source>
        <translation>与现在没有不同。</translation>
    </message>
    <message>
        <source>Differs from now</source>
        <translation>与现在不同</translation>
    </message>
</context>
<context>
    <name>TickSheet</name>
    <message>
        <source>What came of it</source>
        <translation>结果说明</translation>
    </message>
    <message>
        <source>Choose a file…</source>
        <translation>选择文件…</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>A note and a file may be added.</source>
        <translation>可以补充说明，也可以附上文件。</translation>
    </message>
    <message>
        <source>Counts once it says what came of it.</source>
        <translation>写明结果后才算完成。</translation>
    </message>
    <message>
        <source>Counts once a file proves it: choose one or drop it here.</source>
        <translation>附上凭证文件后才算完成：选择文件，或拖到这里。</translation>
    </message>
    <message>
        <source>No file yet</source>
        <translation>还没有文件</translation>
    </message>
</context>
<context>
    <name>TileCard</name>
    <message>
        <source>How is this computed?</source>
        <translation>怎么算出来的？</translation>
    </message>
    <message>
        <source>More</source>
        <translation>更多</translation>
    </message>
    <message>
        <source>Give a task</source>
        <translation>派任务</translation>
    </message>
    <message>
        <source>Enter channel costs</source>
        <translation>录入渠道费用</translation>
    </message>
    <message>
        <source>Open the records behind it</source>
        <translation>打开背后的记录</translation>
    </message>
    <message>
        <source>Give a task…</source>
        <translation>派任务…</translation>
    </message>
    <message>
        <source>Change the limit…</source>
        <translation>修改红线…</translation>
    </message>
    <message>
        <source>Copy as an image</source>
        <translation>复制为图片</translation>
    </message>
    <message>
        <source>Copy as a table</source>
        <translation>复制为表格</translation>
    </message>
    <message>
        <source>Export to Excel…</source>
        <translation>导出为 Excel…</translation>
    </message>
    <message>
        <source>Export to PDF…</source>
        <translation>导出为 PDF…</translation>
    </message>
    <message>
        <source>In the daily brief</source>
        <translation>在每日简报里</translation>
    </message>
    <message>
        <source>Does the score mean anything?</source>
        <translation>评分说明得了什么吗？</translation>
    </message>
    <message>
        <source>Quarter against quarter</source>
        <translation>季度对比（报告）</translation>
    </message>
    <message>
        <source>provisional</source>
        <translation>暂定</translation>
    </message>
    <message>
        <source>Some history is not on this device, or figures are still being worked out</source>
        <translation>部分历史不在本机，或数字仍在计算</translation>
    </message>
    <message>
        <source>Enter a rating</source>
        <translation>记一条评分</translation>
    </message>
</context>
<context>
    <name>TileHandles</name>
    <message>
        <source>Narrower (Shift+←)</source>
        <translation>变窄（Shift+←）</translation>
    </message>
    <message>
        <source>Wider (Shift+→)</source>
        <translation>变宽（Shift+→）</translation>
    </message>
    <message>
        <source>Take off the board (Delete)</source>
        <translation>从看板移除（Delete）</translation>
    </message>
    <message>
        <source>Arrange {0}</source>
        <translation>排列“{0}”</translation>
    </message>
    <message>
        <source>Arrows move it, Shift and arrows size it, Delete takes it off.</source>
        <translation>方向键移动，Shift 加方向键调整大小，Delete 移除。</translation>
    </message>
</context>
<context>
    <name>TileSheet</name>
    <message>
        <source>Add a tile</source>
        <translation>添加图块</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>添加</translation>
    </message>
    <message>
        <source>Find a measure</source>
        <translation>查找指标</translation>
    </message>
    <message>
        <source>Measures</source>
        <translation>指标</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>图形</translation>
    </message>
    <message>
        <source>Divided by</source>
        <translation>分组</translation>
    </message>
    <message>
        <source>{0} × stage</source>
        <translation>{0} × 阶段</translation>
    </message>
    <message>
        <source>One figure</source>
        <translation>大数字</translation>
    </message>
    <message>
        <source>Bars</source>
        <translation>条形</translation>
    </message>
    <message>
        <source>Ranking (first five and oneself)</source>
        <translation>排名（前五与自己）</translation>
    </message>
    <message>
        <source>Heat map</source>
        <translation>热力图</translation>
    </message>
    <message>
        <source>Funnel</source>
        <translation>漏斗</translation>
    </message>
    <message>
        <source>Distribution</source>
        <translation>分布</translation>
    </message>
    <message>
        <source>Trend</source>
        <translation>趋势</translation>
    </message>
    <message>
        <source>Rep</source>
        <translation>销售</translation>
    </message>
    <message>
        <source>Team</source>
        <translation>团队</translation>
    </message>
    <message>
        <source>Stage</source>
        <translation>阶段</translation>
    </message>
    <message>
        <source>Lead source</source>
        <translation>线索来源</translation>
    </message>
    <message>
        <source>Industry</source>
        <translation>行业</translation>
    </message>
    <message>
        <source>City</source>
        <translation>城市</translation>
    </message>
    <message>
        <source>Grade</source>
        <translation>等级</translation>
    </message>
    <message>
        <source>Action</source>
        <translation>动作</translation>
    </message>
    <message>
        <source>Day</source>
        <translation>日</translation>
    </message>
    <message>
        <source>Week</source>
        <translation>周</translation>
    </message>
    <message>
        <source>Month</source>
        <translation>月</translation>
    </message>
</context>
<context>
    <name>TileWords</name>
    <message>
        <source>Your role does not see these records. An administrator can change that.</source>
        <translation>您的角色看不到这类记录；如有需要，请联系管理员。</translation>
    </message>
    <message>
        <source>This tile was made by a newer version. It is kept; update the program to see it.</source>
        <translation>这个图块由更新的版本制作，已保留；升级后即可查看。</translation>
    </message>
    <message>
        <source>Not measured yet: {0}</source>
        <translation>暂时无法衡量：{0}</translation>
    </message>
    <message>
        <source>Nothing moved between stages in this period. Choose a longer period or fewer filters; what moves from now on is counted by itself.</source>
        <translation>这段时间内没有阶段变动。可换更长的期间或减少筛选；今后的变动会自动计入。</translation>
    </message>
    <message>
        <source>No customer was asked in this period. Write ratings of 0 to 10 down, or import them from Excel.</source>
        <translation>这段时间没有客户评分。记下 0–10 分，或从 Excel 导入。</translation>
    </message>
    <message>
        <source>Nothing to compute in this period: it takes channel costs, and leads or deals of the same source. Enter what is missing, or choose a longer period.</source>
        <translation>这段时间还算不出来：需要渠道费用，以及同来源的线索或成交。请补录，或选更长的期间。</translation>
    </message>
    <message>
        <source>No data in this period. Choose a longer period or fewer filters; figures appear by themselves as people work.</source>
        <translation>这段时间没有数据。可换更长的期间或减少筛选；大家记录工作后，数字会自动出现。</translation>
    </message>
    <message>
        <source>▲ {0} past the limit ({1}).</source>
        <translation>▲ {0} 项超过红线（{1}）。</translation>
    </message>
</context>
<context>
    <name>TimeSheet</name>
    <message>
        <source>Bring the record back to this moment</source>
        <translation>整条恢复到此刻</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>As of</source>
        <translation>查看时刻</translation>
    </message>
    <message>
        <source>Only what differs</source>
        <translation>只看不同</translation>
    </message>
    <message>
        <source>What was done, newest first</source>
        <translation>做过的修改，最新在前</translation>
    </message>
    <message>
        <source>The record through time</source>
        <translation>记录的历史</translation>
    </message>
    <message>
        <source>No act is known here yet</source>
        <translation>本机还没有这条记录的修改</translation>
    </message>
    <message>
        <source>Ctrl+Enter</source>
        <translation>Ctrl+Enter</translation>
    </message>
    <message>
        <source>{0}: further back than the history here reaches</source>
        <translation>{0}：早于本机已有的历史</translation>
    </message>
    <message>
        <source>{0}: the record was not there</source>
        <translation>{0}：这条记录当时不存在</translation>
    </message>
    <message>
        <source>{0}: as it is now</source>
        <translation>{0}：与现在相同</translation>
    </message>
    <message numerus="yes">
        <source>{0}: %n field(s) differ from now</source>
        <translation>
            <numerusform>{0}：%n 个字段与现在不同</numerusform>
        </translation>
    </message>
    <message>
        <source>As of {0}</source>
        <translation>截至 {0}</translation>
    </message>
    <message>
        <source>After {0}</source>
        <translation>{0} 之后</translation>
    </message>
</context>
<context>
    <name>TimelineCard</name>
    <message>
        <source>What happened</source>
        <translation>动态</translation>
    </message>
    <message>
        <source>Visits</source>
        <translation>拜访</translation>
    </message>
    <message>
        <source>Follow-ups</source>
        <translation>跟进</translation>
    </message>
    <message>
        <source>Stages</source>
        <translation>阶段</translation>
    </message>
    <message>
        <source>Tasks</source>
        <translation>任务</translation>
    </message>
    <message>
        <source>Promises</source>
        <translation>承诺</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>附件</translation>
    </message>
    <message>
        <source>Comments</source>
        <translation>评论</translation>
    </message>
    <message>
        <source>Changes</source>
        <translation>修改</translation>
    </message>
    <message>
        <source>Nothing of this kind</source>
        <translation>没有这一类动态</translation>
    </message>
    <message>
        <source>Press the chip again to see everything.</source>
        <translation>再点一次标签，查看全部。</translation>
    </message>
    <message>
        <source>Nothing has happened yet</source>
        <translation>还没有动态</translation>
    </message>
    <message>
        <source>Visits, follow-ups, tasks and every changed field appear here by themselves.</source>
        <translation>拜访、跟进、任务和每一次字段修改都会自动出现在这里。</translation>
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
    <name>TodayList</name>
    <message>
        <source>{0} d without an answer</source>
        <translation>{0} 天没有回音</translation>
    </message>
    <message>
        <source>put off to {0}</source>
        <translation>推到 {0}</translation>
    </message>
    <message>
        <source>today</source>
        <translation>今天</translation>
    </message>
    <message>
        <source>tomorrow {0}</source>
        <translation>明天 {0}</translation>
    </message>
    <message>
        <source>{0} d late</source>
        <translation>逾期 {0} 天</translation>
    </message>
    <message>
        <source>{0} h late</source>
        <translation>逾期 {0} 小时</translation>
    </message>
    <message>
        <source>due now</source>
        <translation>刚到时间</translation>
    </message>
    <message>
        <source>{0} min late</source>
        <translation>逾期 {0} 分钟</translation>
    </message>
    <message>
        <source>{0} d over</source>
        <translation>超时 {0} 天</translation>
    </message>
    <message>
        <source>{0} working h over</source>
        <translation>超时 {0} 个工作小时</translation>
    </message>
    <message>
        <source>{0} h over</source>
        <translation>超时 {0} 小时</translation>
    </message>
    <message>
        <source>{0} min left</source>
        <translation>还剩 {0} 分钟</translation>
    </message>
    <message>
        <source>{0} working h left</source>
        <translation>还剩 {0} 个工作小时</translation>
    </message>
    <message>
        <source>{0} h left</source>
        <translation>还剩 {0} 小时</translation>
    </message>
    <message>
        <source>Mon</source>
        <translation>周一</translation>
    </message>
    <message>
        <source>Tue</source>
        <translation>周二</translation>
    </message>
    <message>
        <source>Wed</source>
        <translation>周三</translation>
    </message>
    <message>
        <source>Thu</source>
        <translation>周四</translation>
    </message>
    <message>
        <source>Fri</source>
        <translation>周五</translation>
    </message>
    <message>
        <source>Sat</source>
        <translation>周六</translation>
    </message>
    <message>
        <source>Sun</source>
        <translation>周日</translation>
    </message>
</context>
<context>
    <name>TodayPage</name>
    <message>
        <source>Today</source>
        <translation>今天</translation>
    </message>
    <message>
        <source>Log a visit</source>
        <translation>记拜访</translation>
    </message>
    <message>
        <source>Log a visit (V)</source>
        <translation>记拜访（V）</translation>
    </message>
    <message>
        <source>All waiting leads</source>
        <translation>全部待跟进线索</translation>
    </message>
    <message>
        <source>What to do today</source>
        <translation>今天要做的事</translation>
    </message>
    <message>
        <source>Nothing to do today</source>
        <translation>今天没有待办</translation>
    </message>
    <message>
        <source>Overdue in the team: {0}</source>
        <translation>团队逾期 {0} 项</translation>
    </message>
    <message>
        <source>To approve: {0}</source>
        <translation>待审批 {0}</translation>
    </message>
    <message>
        <source>Enter shows all of them</source>
        <translation>Enter 显示全部</translation>
    </message>
    <message>
        <source>Enter open   ·   S tomorrow   ·   Shift+S later…   ·   V log a visit</source>
        <translation>Enter 打开   ·   S 推到明天   ·   Shift+S 稍后…   ·   V 记拜访</translation>
    </message>
    <message>
        <source>Overdue</source>
        <translation>逾期</translation>
    </message>
    <message>
        <source>Due today</source>
        <translation>今天</translation>
    </message>
    <message>
        <source>Leads nobody has answered</source>
        <translation>无人跟进的线索</translation>
    </message>
    <message>
        <source>Birthdays</source>
        <translation>生日</translation>
    </message>
    <message>
        <source>Coming up</source>
        <translation>接下来</translation>
    </message>
    <message>
        <source>Without a date</source>
        <translation>未定日期</translation>
    </message>
    <message>
        <source>All {0}</source>
        <translation>全部 {0} 条</translation>
    </message>
    <message>
        <source>Good night, {0}</source>
        <translation>夜深了，{0}</translation>
    </message>
    <message>
        <source>Good morning, {0}</source>
        <translation>早上好，{0}</translation>
    </message>
    <message>
        <source>Good afternoon, {0}</source>
        <translation>下午好，{0}</translation>
    </message>
    <message>
        <source>Good evening, {0}</source>
        <translation>晚上好，{0}</translation>
    </message>
    <message>
        <source>{0} overdue</source>
        <translation>{0} 项逾期</translation>
    </message>
    <message>
        <source>{0} due today</source>
        <translation>今天 {0} 项</translation>
    </message>
    <message>
        <source>Promises you make in a visit come here by themselves, with their date. Leads nobody has answered appear before their time is over.</source>
        <translation>拜访中答应客户的事会带着日期自动出现在这里；无人跟进的线索会在时限到期前提醒您。</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>正在读取…</translation>
    </message>
    <message>
        <source>Space done   ·   Enter open   ·   S tomorrow 9:00   ·   Shift+S later…   ·   V log a visit</source>
        <translation>空格 完成   ·   Enter 打开   ·   S 推到明天 9:00   ·   Shift+S 稍后…   ·   V 记拜访</translation>
    </message>
    <message>
        <source>Deals that have waited too long</source>
        <translation>超过时限的商机</translation>
    </message>
    <message>
        <source>first response within {0} working hours</source>
        <translation>{0} 个工作小时内要有首次响应</translation>
    </message>
    <message>
        <source>first response within {0} hours</source>
        <translation>{0} 小时内要有首次响应</translation>
    </message>
    <message>
        <source>{0} leads over time</source>
        <translation>{0} 条线索超时</translation>
    </message>
    <message>
        <source>{0} done today</source>
        <translation>今天已完成 {0} 项</translation>
    </message>
    <message>
        <source>Monday</source>
        <translation>星期一</translation>
    </message>
    <message>
        <source>Tuesday</source>
        <translation>星期二</translation>
    </message>
    <message>
        <source>Wednesday</source>
        <translation>星期三</translation>
    </message>
    <message>
        <source>Thursday</source>
        <translation>星期四</translation>
    </message>
    <message>
        <source>Friday</source>
        <translation>星期五</translation>
    </message>
    <message>
        <source>Saturday</source>
        <translation>星期六</translation>
    </message>
    <message>
        <source>Sunday</source>
        <translation>星期日</translation>
    </message>
    <message>
        <source>{weekday}, {year}-{month:02}-{day:02}</source>
        <translation>{year}年{month}月{day}日 {weekday}</translation>
    </message>
    <message>
        <source>{0} is on the clipboard: dial it.</source>
        <translation>{0} 已复制，可以直接拨打。</translation>
    </message>
    <message>
        <source>Overdue tasks of the team</source>
        <translation>团队逾期任务</translation>
    </message>
</context>
<context>
    <name>Tour</name>
    <message>
        <source>Skip</source>
        <translation>跳过</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>上一步</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>下一步</translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message>
        <source>Open Suixing</source>
        <translation>打开随行</translation>
    </message>
    <message>
        <source>Log a visit</source>
        <translation>记拜访</translation>
    </message>
    <message>
        <source>Dictate a note</source>
        <translation>口述</translation>
    </message>
    <message>
        <source>Work offline</source>
        <translation>离线工作</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>Suixing</source>
        <translation>随行</translation>
    </message>
    <message>
        <source>{0} things are due</source>
        <translation>有 {0} 件事到时间了</translation>
    </message>
    <message>
        <source>A task is due</source>
        <translation>任务到时间了</translation>
    </message>
    <message>
        <source>A promise is due</source>
        <translation>承诺快到期了</translation>
    </message>
    <message>
        <source>A lead is about to be missed</source>
        <translation>线索快要错过了</translation>
    </message>
    <message>
        <source>A lead: the last hour</source>
        <translation>线索只剩最后一小时</translation>
    </message>
    <message>
        <source>A lead is over its time</source>
        <translation>线索已超过时限没有响应</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
</context>
<context>
    <name>Undoing</name>
    <message>
        <source>There is nothing to undo in this window.</source>
        <translation>这个窗口里没有可撤销的操作。</translation>
    </message>
    <message>
        <source>There is nothing to redo.</source>
        <translation>没有可重做的操作。</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>重做</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>打开所在文件夹</translation>
    </message>
    <message>
        <source>Undone: {0}</source>
        <translation>已撤销：{0}</translation>
    </message>
    <message>
        <source>Done again: {0}</source>
        <translation>已重做：{0}</translation>
    </message>
</context>
<context>
    <name>UnlockWindow</name>
    <message>
        <source>Suixing is locked</source>
        <translation>随行已锁定</translation>
    </message>
    <message>
        <source>Locked</source>
        <translation>已锁定</translation>
    </message>
    <message>
        <source>Enter your passphrase. It is known to nobody else, and not to the server.</source>
        <translation>请输入口令。口令只有您知道，服务器也不知道。</translation>
    </message>
    <message>
        <source>Passphrase</source>
        <translation>口令</translation>
    </message>
    <message>
        <source>Caps Lock is on</source>
        <translation>大写锁定已打开</translation>
    </message>
    <message>
        <source>Unlock</source>
        <translation>解锁</translation>
    </message>
    <message>
        <source>Forgot the passphrase…</source>
        <translation>忘记口令…</translation>
    </message>
    <message>
        <source>Nobody can recover a passphrase. You can sign in with your password and fetch everything from the server again; changes that were not sent yet will be lost, because nothing opens them without the passphrase. Until you have signed in, everything stays as it is.</source>
        <translation>口令无法找回。您可以用密码重新登录，从服务器重新下载全部数据；没有发送的修改会丢失，因为没有口令就打不开它们。登录成功之前，一切保持原样。</translation>
    </message>
</context>
<context>
    <name>UnmergeSheet</name>
    <message>
        <source>Take the merge back</source>
        <translation>取消合并</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Its history</source>
        <translation>它的历史</translation>
    </message>
    <message>
        <source>Put back what was edited since as well</source>
        <translation>合并后改过的字段也恢复成合并前的内容</translation>
    </message>
    <message>
        <source>“{0}” becomes a record of its own</source>
        <translation>「{0}」恢复为单独的记录</translation>
    </message>
    <message>
        <source>Goes back with it: {0}</source>
        <translation>随它回去：{0}</translation>
    </message>
    <message>
        <source>The record that stays gets back what it had:</source>
        <translation>保留的那条记录改回原来的内容：</translation>
    </message>
    <message>
        <source>{0}: {1} → {2}</source>
        <translation>{0}：{1} → {2}</translation>
    </message>
    <message>
        <source>Edited since the merge, stays: {0}</source>
        <translation>合并后改过，保持不动：{0}</translation>
    </message>
    <message>
        <source>It was merged before this device has history of it: the fields of the record that stayed are left as they are; what belongs to this one, the server gives back with the next exchange.</source>
        <translation>这次合并早于本机的历史：保留的那条记录字段不动；属于它的拜访、任务等，下次同步时由服务器移回。</translation>
    </message>
    <message>
        <source>Nothing else changes.</source>
        <translation>其他内容不变。</translation>
    </message>
    <message>
        <source>Added since; tick what shall go with it:</source>
        <translation>合并后新增的内容，勾选要随它走的：</translation>
    </message>
</context>
<context>
    <name>ValueSection</name>
    <message>
        <source>Which quarter</source>
        <translation>哪个季度</translation>
    </message>
    <message>
        <source>Value report</source>
        <translation>价值报告</translation>
    </message>
    <message>
        <source>Both periods are computed from records; nothing is typed in, and a share is never above 100 %. Changes are of unrounded values. What nobody recorded is said so.</source>
        <translation>两个季度都由记录算出，没有手填的数；占比不会超过 100%，变化按未取整的数计算。没有记录的会写明。</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>变化</translation>
    </message>
    <message>
        <source>Records behind “{0}”</source>
        <translation>“{0}”背后的记录</translation>
    </message>
    <message>
        <source>“{0}” on the board</source>
        <translation>在看板上看“{0}”</translation>
    </message>
    <message>
        <source>n = {0}</source>
        <translation>n = {0}</translation>
    </message>
    <message>
        <source>nothing to compare</source>
        <translation>没有可比的</translation>
    </message>
    <message>
        <source>too little data</source>
        <translation>数据太少</translation>
    </message>
    <message>
        <source>not recorded</source>
        <translation>没有记录</translation>
    </message>
</context>
<context>
    <name>VerdictTable</name>
    <message>
        <source>What becomes of the rows</source>
        <translation>各行的结果</translation>
    </message>
    <message>
        <source>Row</source>
        <translation>行</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>说明</translation>
    </message>
    <message>
        <source>New</source>
        <translation>新增</translation>
    </message>
    <message>
        <source>Update</source>
        <translation>更新</translation>
    </message>
    <message>
        <source>The same</source>
        <translation>相同</translation>
    </message>
    <message>
        <source>Left alone</source>
        <translation>不动</translation>
    </message>
    <message>
        <source>Not imported</source>
        <translation>不导入</translation>
    </message>
    <message>
        <source>Same as row {0} of this file</source>
        <translation>与本文件第 {0} 行相同</translation>
    </message>
    <message>
        <source>Already there; Enter opens it</source>
        <translation>系统中已有，按 Enter 打开</translation>
    </message>
</context>
<context>
    <name>VersionCard</name>
    <message>
        <source>Overwritten by another edit made at the same time</source>
        <translation>被同时间的另一处修改覆盖</translation>
    </message>
    <message>
        <source>When created</source>
        <translation>新建时</translation>
    </message>
    <message>
        <source>Current</source>
        <translation>当前</translation>
    </message>
    <message>
        <source>Not accepted by the server</source>
        <translation>服务器未接受</translation>
    </message>
    <message>
        <source>Stood against an edit by {0} made at the same time: the later one counts.</source>
        <translation>{0}同时也改了这个字段，以较晚的这一次为准。</translation>
    </message>
    <message>
        <source>This device</source>
        <translation>本机</translation>
    </message>
    <message>
        <source>Device {0}</source>
        <translation>设备 {0}</translation>
    </message>
    <message>
        <source>Reason: {0}</source>
        <translation>原因：{0}</translation>
    </message>
    <message>
        <source>from the server&apos;s history</source>
        <translation>来自服务器的历史</translation>
    </message>
    <message>
        <source>Restore this version</source>
        <translation>恢复此版本</translation>
    </message>
    <message>
        <source>Enter</source>
        <translation>Enter</translation>
    </message>
    <message>
        <source>(empty)</source>
        <translation>（空）</translation>
    </message>
</context>
<context>
    <name>VersionsPanel</name>
    <message>
        <source>Versions</source>
        <translation>版本</translation>
    </message>
    <message>
        <source>No.</source>
        <translation>版本</translation>
    </message>
    <message>
        <source>What changed</source>
        <translation>改了什么</translation>
    </message>
    <message>
        <source>By</source>
        <translation>发布人</translation>
    </message>
    <message>
        <source>When</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>For</source>
        <translation>适用</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Back to this version</source>
        <translation>恢复到这一版</translation>
    </message>
    <message>
        <source>As text</source>
        <translation>文本</translation>
    </message>
    <message>
        <source>Into the draft</source>
        <translation>放进草稿</translation>
    </message>
    <message>
        <source>The draft then says exactly what this version says</source>
        <translation>草稿将与这一版完全一致</translation>
    </message>
    <message>
        <source>Nothing published yet</source>
        <translation>还没有发布过</translation>
    </message>
    <message>
        <source>What ships with Suixing is in force. Change rules as you like, try them on your history, then publish them.</source>
        <translation>当前执行随行自带的规则。您可以修改、用历史数据试跑，再发布。</translation>
    </message>
    <message>
        <source>Everybody</source>
        <translation>所有人</translation>
    </message>
    <message>
        <source>Withdrawn</source>
        <translation>已撤回</translation>
    </message>
    <message>
        <source>On trial</source>
        <translation>试行中</translation>
    </message>
    <message>
        <source>In force</source>
        <translation>生效中</translation>
    </message>
    <message>
        <source>Earlier</source>
        <translation>旧版本</translation>
    </message>
    <message>
        <source>Version {0} against the one before</source>
        <translation>第 {0} 版的改动</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>正在读取…</translation>
    </message>
    <message>
        <source>Publish to everybody</source>
        <translation>发布给所有人</translation>
    </message>
    <message>
        <source>In force again</source>
        <translation>重新生效</translation>
    </message>
    <message>
        <source>Withdraw</source>
        <translation>撤回</translation>
    </message>
    <message>
        <source>Nothing differs.</source>
        <translation>没有不同。</translation>
    </message>
</context>
<context>
    <name>ViewBar</name>
    <message>
        <source>Save view</source>
        <translation>保存视图</translation>
    </message>
    <message>
        <source>Back to the view</source>
        <translation>还原</translation>
    </message>
    <message>
        <source>This view</source>
        <translation>视图操作</translation>
    </message>
    <message>
        <source>All</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Changed</source>
        <translation>已改动</translation>
    </message>
    <message>
        <source>{0} more</source>
        <translation>另有 {0} 个</translation>
    </message>
    <message>
        <source>Name and sharing…</source>
        <translation>名称与共享…</translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation>另存为…</translation>
    </message>
    <message>
        <source>No longer open with it</source>
        <translation>不再默认打开</translation>
    </message>
    <message>
        <source>Open with it</source>
        <translation>设为默认打开</translation>
    </message>
    <message>
        <source>Delete view</source>
        <translation>删除视图</translation>
    </message>
</context>
<context>
    <name>VisitDialog</name>
    <message>
        <source>Log a visit</source>
        <translation>记拜访</translation>
    </message>
    <message>
        <source>Log a follow-up</source>
        <translation>记录跟进</translation>
    </message>
    <message>
        <source>Save visit</source>
        <translation>保存拜访</translation>
    </message>
    <message>
        <source>Save follow-up</source>
        <translation>保存跟进</translation>
    </message>
    <message>
        <source>Which customer was it? Press its number, or choose one above.</source>
        <translation>是哪一位客户？按序号选择，或在上方选定。</translation>
    </message>
    <message>
        <source>{count} name may mean several people: press its number to choose, or Ctrl+Enter again to save without.</source>
        <translation>有 {count} 处同名，需要您选：按数字键选择，或再按 Ctrl+Enter 不填并保存。</translation>
    </message>
    <message>
        <source>The budget was not said in yuan: press E to write it in yuan, or Ctrl+Enter again to save without.</source>
        <translation>预算说的不是人民币：按 E 按人民币填写，或再按一次 Ctrl+Enter 不带预算保存。</translation>
    </message>
    <message>
        <source>The recording is still being recognised: wait for it or cancel it.</source>
        <translation>录音还在识别，请稍等，或先取消识别。</translation>
    </message>
    <message>
        <source>That was not understood as this field; its value stays as it was.</source>
        <translation>没有听懂这一项，原来的值没有变。</translation>
    </message>
    <message>
        <source>A note that was not saved is still here: &quot;{words}&quot;</source>
        <translation>上次没有保存的笔记还在：“{words}”</translation>
    </message>
    <message>
        <source>Continue it</source>
        <translation>继续写</translation>
    </message>
</context>
<context>
    <name>VisitExtras</name>
    <message>
        <source>Arrive (F6)</source>
        <translation>签到 (F6)</translation>
    </message>
    <message>
        <source>Leave (F7)</source>
        <translation>签退 (F7)</translation>
    </message>
    <message>
        <source>Photos…</source>
        <translation>照片…</translation>
    </message>
    <message>
        <source>Without coordinates</source>
        <translation>去掉坐标</translation>
    </message>
    <message>
        <source>Without photos</source>
        <translation>去掉照片</translation>
    </message>
    <message>
        <source>Nobody said in which datum.</source>
        <translation>没有说明是哪种坐标系。</translation>
    </message>
    <message numerus="yes">
        <source>%n photo(s)</source>
        <translation>
            <numerusform>%n 张照片</numerusform>
        </translation>
    </message>
    <message>
        <source>When did it begin? Write that first.</source>
        <translation>请先写明什么时候开始的。</translation>
    </message>
    <message>
        <source>It began on another day; write the minutes yourself.</source>
        <translation>这次拜访不是今天开始的，请自己填写分钟数。</translation>
    </message>
    <message>
        <source>A short link holds no coordinates. Open it in a browser and copy the long address, or write the place.</source>
        <translation>短链接里没有坐标。请在浏览器中打开后复制完整网址，或直接写地点。</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>The photo was taken: {0}</source>
        <translation>照片拍摄于：{0}</translation>
    </message>
    <message>
        <source>Take over</source>
        <translation>采用</translation>
    </message>
    <message>
        <source>{0} / 12</source>
        <translation>{0} / 12 项</translation>
    </message>
    <message numerus="yes">
        <source>%n more will do</source>
        <translation>
            <numerusform>再填 %n 项就够</numerusform>
        </translation>
    </message>
    <message>
        <source>enough</source>
        <translation>已够</translation>
    </message>
    <message>
        <source>Dimensions of the visit</source>
        <translation>拜访维度</translation>
    </message>
    <message>
        <source>How long it took</source>
        <translation>停留时长</translation>
    </message>
    <message>
        <source>Objections</source>
        <translation>客户异议</translation>
    </message>
    <message>
        <source>Competitors mentioned</source>
        <translation>提到的竞品</translation>
    </message>
    <message>
        <source>Who was there</source>
        <translation>见了谁</translation>
    </message>
    <message>
        <source>What for</source>
        <translation>目的</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>地点</translation>
    </message>
    <message>
        <source>Products of interest</source>
        <translation>意向产品</translation>
    </message>
    <message>
        <source>Budget</source>
        <translation>预算</translation>
    </message>
    <message>
        <source>What matters to them</source>
        <translation>关注点</translation>
    </message>
    <message>
        <source>Mood</source>
        <translation>态度</translation>
    </message>
    <message>
        <source>Promises and next steps</source>
        <translation>承诺与下一步</translation>
    </message>
    <message>
        <source>Photos taken</source>
        <translation>现场照片</translation>
    </message>
</context>
<context>
    <name>VisitFields</name>
    <message>
        <source>Minutes</source>
        <translation>时长（分钟）</translation>
    </message>
    <message>
        <source>Who it was about (Ctrl+L)</source>
        <translation>客户（Ctrl+L）</translation>
    </message>
</context>
<context>
    <name>VoiceMenu</name>
    <message>
        <source>Microphone</source>
        <translation>麦克风</translation>
    </message>
    <message>
        <source>As the system says</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>{0} (not connected)</source>
        <translation>{0}（未连接）</translation>
    </message>
    <message>
        <source>I speak</source>
        <translation>我说的是</translation>
    </message>
    <message>
        <source>Mandarin</source>
        <translation>普通话</translation>
    </message>
    <message>
        <source>English</source>
        <translation>英语</translation>
    </message>
</context>
<context>
    <name>VoiceNotes</name>
    <message>
        <source>Recordings ready to be looked over: {0}</source>
        <translation>{0} 段录音已识别，等您核对</translation>
    </message>
    <message>
        <source>Not recognised: {0}</source>
        <translation>{0} 段没能识别</translation>
    </message>
    <message>
        <source>; </source>
        <translation>；</translation>
    </message>
    <message>
        <source>Show them</source>
        <translation>去看看</translation>
    </message>
</context>
<context>
    <name>VoicePanel</name>
    <message>
        <source>or drop recordings here, several at once</source>
        <translation>或把录音拖到这里，可一次多个</translation>
    </message>
    <message>
        <source>Microphone and language</source>
        <translation>麦克风和语言</translation>
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
        <source>In the background: {0}. See More → Recordings, and each becomes a note.</source>
        <translation>正在后台识别：{0}。到“更多 → 录音”查看，每段都会成为一条笔记。</translation>
    </message>
    <message>
        <source>, </source>
        <translation>、</translation>
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
    <message numerus="yes">
        <source>%n recording(s) have no words yet.</source>
        <translation>
            <numerusform>有 %n 段录音还没有转成文字。</numerusform>
        </translation>
    </message>
    <message>
        <source>Recognise now</source>
        <translation>转成文字</translation>
    </message>
    <message>
        <source>Go on listening</source>
        <translation>继续听</translation>
    </message>
    <message>
        <source>Pause: nothing is taken</source>
        <translation>暂停，暂停期间不录音</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>已暂停</translation>
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
        <source>Press to start and stop, or hold while speaking · Ctrl+D, F9 anywhere</source>
        <translation>按一下开始，再按一下停止；也可以按住说话 · Ctrl+D，或在任何界面按 F9</translation>
    </message>
</context>
<context>
    <name>WaitingCard</name>
    <message>
        <source>Waiting to be sent</source>
        <translation>等待发送</translation>
    </message>
    <message>
        <source>Everything you did is at the server.</source>
        <translation>您做的一切都已在服务器上。</translation>
    </message>
    <message>
        <source>List the records</source>
        <translation>列出这些记录</translation>
    </message>
    <message>
        <source>… and more</source>
        <translation>…… 还有更多</translation>
    </message>
    <message>
        <source>(no name)</source>
        <translation>（无名称）</translation>
    </message>
</context>
<context>
    <name>WatchCard</name>
    <message>
        <source>Watched folder</source>
        <translation>自动导入文件夹</translation>
    </message>
    <message>
        <source>Tables that fall into this folder, such as the daily export of another system, are imported by themselves while Suixing runs, in the tray too. Afterwards they lie in “done” or “failed” beside a report.</source>
        <translation>放进这个文件夹的表格（如其他系统每天的导出）会自动导入，在托盘里运行时也一样。导入后移到 done 或 failed，旁边附结果。</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Mapping</source>
        <translation>映射</translation>
    </message>
    <message>
        <source>Choose a folder…</source>
        <translation>选择文件夹…</translation>
    </message>
    <message>
        <source>Stop watching</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>None is watched</source>
        <translation>未设置</translation>
    </message>
    <message>
        <source>recognised</source>
        <translation>自动识别</translation>
    </message>
    <message>
        <source>Choose a folder</source>
        <translation>选择文件夹</translation>
    </message>
</context>
<context>
    <name>WhyButton</name>
    <message>
        <source>Why here</source>
        <translation>为什么在这里</translation>
    </message>
    <message>
        <source>Which rule gave this lead to whom, from what data (Ctrl+Shift+W)</source>
        <translation>按哪条规则、根据哪些数据分给了谁（Ctrl+Shift+W）</translation>
    </message>
</context>
<context>
    <name>WhySheet</name>
    <message>
        <source>Why it is here</source>
        <translation>为什么在这里</translation>
    </message>
    <message>
        <source>Copy as text</source>
        <translation>复制为文本</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Why “{0}” is here</source>
        <translation>「{0}」为什么在这里</translation>
    </message>
    <message>
        <source>Copied.</source>
        <translation>已复制。</translation>
    </message>
</context>
<context>
    <name>WordsSheet</name>
    <message>
        <source>leave empty</source>
        <translation>留空</translation>
    </message>
    <message>
        <source>“{0}” means</source>
        <translation>「{0}」的意思</translation>
    </message>
    <message>
        <source>Use these</source>
        <translation>使用</translation>
    </message>
</context>
<context>
    <name>Working</name>
    <message>
        <source>Looking at the records…</source>
        <translation>正在查看记录…</translation>
    </message>
</context>
<context>
    <name>_CardDelegate</name>
    <message>
        <source>{0} d</source>
        <translation>{0} 天</translation>
    </message>
    <message>
        <source>Missing: {0}</source>
        <translation>还差：{0}</translation>
    </message>
    <message>
        <source>Ready to move on</source>
        <translation>可以推进</translation>
    </message>
</context>
<context>
    <name>_Hint</name>
    <message>
        <source>Take back</source>
        <translation>撤回</translation>
    </message>
    <message>
        <source>From the place of the phone number</source>
        <translation>按电话归属地填入</translation>
    </message>
    <message>
        <source>From the address</source>
        <translation>按地址填入</translation>
    </message>
    <message>
        <source>From the other places</source>
        <translation>按所在地填入</translation>
    </message>
</context>
<context>
    <name>_OtherRow</name>
    <message>
        <source>Kept as it is: {0}</source>
        <translation>原样保留：{0}</translation>
    </message>
    <message>
        <source>A condition that cannot be changed here</source>
        <translation>一个无法在这里修改的条件</translation>
    </message>
    <message>
        <source>Remove this condition</source>
        <translation>移除此条件</translation>
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
