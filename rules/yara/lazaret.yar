// Lazaret's own pack. `needs` names words of which one is in everything that the rule matches (compared without case);
// a test holds the rules to it.

rule EICAR_test_file {
  meta:
    description = "the antivirus test file (eicar.org), also with its backslash escaped as in JSON"
    needs = "EICAR-STANDARD"
  strings:
    $plain = { 58 35 4F 21 50 25 40 41 50 5B 34 5C [0-1] 50 5A 58 35 34 28 50 5E 29 37 43 43 29 37 7D 24 45 49 43 41 52 2D 53 54 41 4E 44 41 52 44 }
  condition:
    $plain
}

rule PHP_web_shell {
  meta:
    description = "PHP that runs what a request brings"
    needs = "<?"
  strings:
    $open = /<\?(php|=)/ nocase
    $direct = /(eval|assert|system|shell_exec|passthru|exec|popen|proc_open|create_function)\s{0,8}\(\s{0,8}(@?\$_(GET|POST|REQUEST|COOKIE|SERVER|FILES)\b|(base64_decode|gzinflate|gzuncompress|str_rot13|stripslashes)\s{0,8}\(\s{0,8}@?\$_(GET|POST|REQUEST|COOKIE))/ nocase
    $packed = /eval\s{0,8}\(\s{0,8}(gzinflate|gzuncompress|str_rot13|base64_decode|strrev)\s{0,8}\(\s{0,8}(base64_decode|gzinflate|str_rot13|strrev|['"][A-Za-z0-9+\/=]{64})/ nocase
    $variable = /\$_(GET|POST|REQUEST|COOKIE)\s{0,4}\[[^\]]{1,40}\]\s{0,4}\(\s{0,4}\$_(GET|POST|REQUEST|COOKIE)/ nocase
  condition:
    $open and any of ($direct, $packed, $variable)
}

rule JSP_web_shell {
  meta:
    description = "JSP that runs what a request brings"
    needs = "<%"
  strings:
    $run = /getRuntime\s{0,4}\(\s{0,4}\)\s{0,4}\.\s{0,4}exec\s{0,4}\(/ nocase
    $builder = /new\s{1,8}(java\.lang\.)?ProcessBuilder\s{0,4}\(/ nocase
    $request = /request\s{0,4}\.\s{0,4}get(Parameter|Header|InputStream|Reader)\s{0,4}\(/ nocase
    $open = "<%"
  condition:
    $open and $request and ($run or $builder)
}

rule ASPX_web_shell {
  meta:
    description = "ASP or ASP.NET that runs what a request brings"
    needs = "<%"
  strings:
    $open = "<%"
    $eval = /\b(eval|execute|executeglobal)\s{0,8}\(?\s{0,8}request\b/ nocase
    $process = /ProcessStartInfo\b/ nocase
    $request = /Request(\.(Form|QueryString|Params|Item))?\s{0,4}[\[(]/ nocase
  condition:
    $open and ($eval or ($process and $request))
}

rule PowerShell_download_cradle {
  meta:
    description = "PowerShell that fetches code and runs it"
    needs = "powershell iex invoke-expression"
  strings:
    $run = /\b(iex|invoke-expression)\b/ nocase
    $fetch = /(new-object\s{1,8}(system\.)?net\.webclient\s{0,4}\)\s{0,4}\.\s{0,4}download(string|data|file)|invoke-webrequest|\biwr\b|start-bitstransfer|downloadstring\s{0,4}\()/ nocase
    $encoded = /powershell(\.exe)?["']?\s[^\r\n]{0,200}\s-e(nc|ncodedcommand|c)?\s{1,8}[A-Za-z0-9+\/=]{40}/ nocase
    $hidden = /-w(indowstyle)?\s{1,4}(hidden|1)\b/ nocase
  condition:
    ($run and $fetch) or ($encoded and $hidden)
}

rule Script_dropper {
  meta:
    description = "a Windows script that fetches a program and starts it"
    needs = "WScript.Shell Shell.Application"
  strings:
    $shell = /(WScript\.Shell|Shell\.Application)/ nocase
    $http = /(MSXML2\.(Server)?XMLHTTP|WinHttp\.WinHttpRequest|Microsoft\.XMLHTTP)/ nocase
    $stream = "ADODB.Stream" nocase
    $run = /\.\s{0,2}(run|shellexecute|exec)\b/ nocase
  condition:
    $shell and $http and $stream and $run
}

rule Reverse_shell_script {
  meta:
    description = "a shell whose input and output are a network connection"
    needs = "/dev/tcp/ fsockopen socket.socket mkfifo"
  strings:
    $bash = /\bbash\s{1,4}-i\s{0,4}[>&0-9<\s]{1,8}\/dev\/(tcp|udp)\/[^\s\/]{1,64}\/\d{1,5}/
    $python = /socket\.socket\([^\r\n]{0,200}connect\(\([^\r\n]{0,300}dup2\([^\r\n]{0,400}(\/bin\/(ba)?sh|cmd\.exe)/
    $fifo = /mkfifo\s[^\r\n]{0,80}\|\s{0,4}(nc|ncat|telnet|openssl)\b/
    $php = /fsockopen\s{0,4}\([^\r\n]{0,120}(proc_open|exec|shell_exec)\s{0,4}\(/
  condition:
    any of them
}
