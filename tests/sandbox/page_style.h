#pragma once
// The payment page's only stylesheet.

namespace sandbox {

inline constexpr const char* kPageStyle = R"css(:root{color-scheme:light dark;--text:hsl(0 0% 13%);--text-2:hsl(202 7% 38%);--line:hsl(202 7% 52%);--ground:#fff;--soft:hsl(210 20% 96%);--brand:hsl(214 100% 24%);--on-brand:#fff;--focus:hsl(196 77% 36%)}
@media (prefers-color-scheme:dark){:root{--text:hsl(0 0% 94%);--text-2:hsl(202 7% 75%);--line:hsl(202 7% 60%);--ground:hsl(214 20% 12%);--soft:hsl(214 18% 18%);--brand:hsl(210 80% 75%);--on-brand:hsl(214 40% 10%);--focus:hsl(196 77% 64%)}}
*{box-sizing:border-box}
body{margin:0;background:var(--soft);color:var(--text);font:400 18px/28px "Source Sans 3",system-ui,sans-serif}
main{max-width:640px;margin:0 auto;min-height:100vh;padding:24px 24px 64px;background:var(--ground)}
h1{font-size:30px;line-height:38px;font-weight:600;margin:24px 0 16px}
h2{font-size:22px;line-height:30px;font-weight:600;margin:32px 0 8px}
.test{margin:0;padding:8px 12px;border:1px solid var(--line);border-radius:4px;font-size:16px;line-height:24px;background:var(--soft)}
.sum{margin:0;border-top:1px solid var(--line);border-bottom:1px solid var(--line);padding:12px 0}
.sum div{display:flex;justify-content:space-between;gap:16px;flex-wrap:wrap}
dt{color:var(--text-2)}dd{margin:0;font-variant-numeric:tabular-nums}.amount{font-size:24px;font-weight:600}
fieldset{border:0;margin:24px 0 0;padding:0}legend{padding:0;font-weight:600}
.methods{display:grid;grid-template-columns:repeat(auto-fill,minmax(150px,1fr));gap:12px;margin-top:8px}
button,a.main{display:block;width:100%;min-height:48px;padding:9px 16px;border:1px solid var(--line);border-radius:4px;background:var(--ground);color:var(--text);font:inherit;text-align:center;text-decoration:none;cursor:pointer}
button:hover,a.main:hover{border-color:var(--brand);text-decoration:underline}
.main,a.main{background:var(--brand);border-color:var(--brand);color:var(--on-brand);font-weight:600}
form{margin-top:16px}a{color:var(--brand)}
:focus-visible{outline:3px solid var(--focus);outline-offset:2px}
)css";

}  // namespace sandbox
