import { readFileSync } from "node:fs";
import { charClasses } from "../src/core/char-class.ts";
import { loadPack } from "../src/inspect/rules/load.ts";
import { RuleBook } from "../src/inspect/rules/rule-book.ts";
const packs = ["rules", ...process.argv.slice(3)];
const book = new RuleBook((await Promise.all(packs.map(loadPack))).flatMap((p)=>p.statements), {paranoia:1});
console.log("leaf rules", book.settled.leafRules.length, "exchange", book.settled.exchangeRules.map(a=>a.rule.id).join(" "));
const values: string[] = [];
JSON.parse(readFileSync(process.argv[2]!,"utf8"), (k,v)=>{ if (typeof v==="string") values.push(v); return v; });
let inert=0, settled=0, always=new Map<string,number>(), byWord=new Map<string,number>(), unf=0, trans=0; const wordhits=new Map<number,number>();
const words = (book.vocabulary as any);
for (const v of values) {
  const plan = book.plan("values", charClasses(v));
  if (plan.inert) {inert++; continue;}
  const ws = book.wordsIn(v);
  if (plan.unforeseen.some((f)=>f(v))) { trans++; }
  else {
    for (const r of plan.always) always.set(r.rule.id,(always.get(r.rule.id)??0)+1);
    for (const w of new Set(ws)) { wordhits.set(w,(wordhits.get(w)??0)+1); for (const r of plan.byWord.get(w)??[]) byWord.set(r.rule.id,(byWord.get(r.rule.id)??0)+1);}
  }
}
const top=(m:Map<any,number>)=>[...m].sort((a,b)=>b[1]-a[1]).slice(0,20).map(([k,n])=>k+":"+n).join(" ");
console.log("values",values.length,"inert",inert,"transformed",trans);
console.log("always",top(always)); console.log("byWord",top(byWord));
const names=[...(book.vocabulary as any).words()]; console.log("words", names.length, top(new Map([...wordhits].map(([w,n])=>[names[w],n]))));
const subjects = values;
for (let r=0;r<6;r++){ const t=performance.now(); let n=0; for (const v of subjects) { n+=book.matches("values",v).length; } console.log("matches ms",(performance.now()-t).toFixed(1),n);}
const per=new Map<string,number>();
