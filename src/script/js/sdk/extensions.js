// File extensions of media types, as registered or in common use; where both words are equal it stands once.

const TABLE = {
  application: `
    andrew-inset:ez applixware:aw atom+xml:atom atomcat+xml:atomcat atomdeleted+xml:atomdeleted
    atomsvc+xml:atomsvc atsc-dwd+xml:dwd atsc-held+xml:held atsc-rsat+xml:rsat bdoc calendar+xml:xcs
    ccxml+xml:ccxml cdfx+xml:cdfx cdmi-capability:cdmia cdmi-container:cdmic cdmi-domain:cdmid cdmi-object:cdmio
    cdmi-queue:cdmiq cpl+xml:cpl cu-seeme:cu dash+xml:mpd dash-patch+xml:mpp davmount+xml:davmount
    docbook+xml:dbk dssc+der:dssc dssc+xml:xdssc ecmascript:es emma+xml:emma emotionml+xml:emotionml
    epub+zip:epub exi express:exp fdt+xml:fdt font-tdpfr:pfr geo+json:geojson gml+xml:gml gpx+xml:gpx gxf
    gzip:gz hjson hyperstudio:stk inkml+xml:ink ipfix its+xml:its java-archive:jar java-serialized-object:ser
    java-vm:class javascript:js json json5 jsonml+json:jsonml ld+json:jsonld lgr+xml:lgr lost+xml:lostxml
    mac-binhex40:hqx mac-compactpro:cpt mads+xml:mads manifest+json:webmanifest marc:mrc marcxml+xml:mrcx
    mathematica:ma mathml+xml:mathml mbox media-policy-dataset+xml:mpf mediaservercontrol+xml:mscml
    metalink+xml:metalink metalink4+xml:meta4 mets+xml:mets mmt-aei+xml:maei mmt-usd+xml:musd mods+xml:mods
    mp21:m21 mp4:mp4s msword:doc mxf n-quads:nq n-triples:nt node:cjs octet-stream:bin oda oebps-package+xml:opf
    ogg:ogx omdoc+xml:omdoc onenote:onetoc oxps p2p-overlay+xml:relo patch-ops-error+xml:xer pdf
    pgp-encrypted:pgp pgp-keys:asc pgp-signature:asc pics-rules:prf pkcs10:p10 pkcs7-mime:p7m
    pkcs7-signature:p7s pkcs8:p8 pkix-attr-cert:ac pkix-cert:cer pkix-crl:crl pkix-pkipath:pkipath pkixcmp:pki
    pls+xml:pls postscript:ai provenance+xml:provx pskc+xml:pskcxml raml+yaml:raml rdf+xml:rdf reginfo+xml:rif
    relax-ng-compact-syntax:rnc resource-lists+xml:rl resource-lists-diff+xml:rld rls-services+xml:rs
    route-apd+xml:rapd route-s-tsid+xml:sls route-usd+xml:rusd rpki-ghostbusters:gbr rpki-manifest:mft
    rpki-roa:roa rsd+xml:rsd rss+xml:rss rtf sbml+xml:sbml scvp-cv-request:scq scvp-cv-response:scs
    scvp-vp-request:spq scvp-vp-response:spp sdp senml+xml:senmlx sensml+xml:sensmlx
    set-payment-initiation:setpay set-registration-initiation:setreg shf+xml:shf sieve:siv smil+xml:smi
    sparql-query:rq sparql-results+xml:srx srgs:gram srgs+xml:grxml sru+xml:sru ssdl+xml:ssdl ssml+xml:ssml
    swid+xml:swidtag tei+xml:tei thraud+xml:tfi timestamped-data:tsd toml trig ttml+xml:ttml ubjson:ubj
    urc-ressheet+xml:rsheet urc-targetdesc+xml:td vnd.android.package-archive:apk vnd.apple.mpegurl:m3u8
    vnd.google-earth.kml+xml:kml vnd.google-earth.kmz:kmz vnd.ms-excel:xls vnd.ms-fontobject:eot
    vnd.ms-powerpoint:ppt vnd.oasis.opendocument.presentation:odp vnd.oasis.opendocument.spreadsheet:ods
    vnd.oasis.opendocument.text:odt vnd.openxmlformats-officedocument.presentationml.presentation:pptx
    vnd.openxmlformats-officedocument.spreadsheetml.sheet:xlsx
    vnd.openxmlformats-officedocument.wordprocessingml.document:docx vnd.rar:rar voicexml+xml:vxml wasm
    watcherinfo+xml:wif widget:wgt winhlp:hlp wsdl+xml:wsdl wspolicy+xml:wspolicy x-7z-compressed:7z
    x-abiword:abw x-ace-compressed:ace x-apple-diskimage:dmg x-arj:arj x-authorware-bin:aab x-authorware-map:aam
    x-authorware-seg:aas x-bcpio:bcpio x-bdoc:bdoc x-bittorrent:torrent x-blorb:blb x-bzip:bz x-bzip2:bz2
    x-cbr:cbr x-cdlink:vcd x-cfs-compressed:cfs x-chat:chat x-chess-pgn:pgn x-chrome-extension:crx x-cocoa:cco
    x-conference:nsc x-cpio:cpio x-csh:csh x-debian-package:deb x-dgc-compressed:dgc x-director:dir x-doom:wad
    x-dtbncx+xml:ncx x-dtbook+xml:dtb x-dtbresource+xml:res x-dvi:dvi x-envoy:evy x-eva:eva x-font-bdf:bdf
    x-font-ghostscript:gsf x-font-linux-psf:psf x-font-pcf:pcf x-font-snf:snf x-font-type1:pfa x-freearc:arc
    x-futuresplash:spl x-gca-compressed:gca x-glulx:ulx x-gnumeric:gnumeric x-gramps-xml:gramps x-gtar:gtar
    x-hdf:hdf x-httpd-php:php x-install-instructions:install x-iso9660-image:iso x-iwork-keynote-sffkey:key
    x-iwork-numbers-sffnumbers:numbers x-iwork-pages-sffpages:pages x-java-archive-diff:jardiff
    x-java-jnlp-file:jnlp x-keepass2:kdbx x-latex:latex x-lua-bytecode:luac x-lzh-compressed:lzh x-makeself:run
    x-mie:mie x-mobipocket-ebook:prc x-ms-application:application x-ms-shortcut:lnk x-ms-wmd:wmd x-ms-wmz:wmz
    x-ms-xbap:xbap x-msaccess:mdb x-msbinder:obd x-mscardfile:crd x-msclip:clp x-msdos-program:exe
    x-msdownload:exe x-msmediaview:mvb x-msmetafile:wmf x-msmoney:mny x-mspublisher:pub x-msschedule:scd
    x-msterminal:trm x-mswrite:wri x-netcdf:nc x-ns-proxy-autoconfig:pac x-nzb:nzb x-perl:pl x-pilot:prc
    x-pkcs12:p12 x-pkcs7-certificates:p7b x-pkcs7-certreqresp:p7r x-rar-compressed:rar
    x-redhat-package-manager:rpm x-research-info-systems:ris x-sea:sea x-sh:sh x-shar:shar x-shockwave-flash:swf
    x-silverlight-app:xap x-sql:sql x-stuffit:sit x-stuffitx:sitx x-subrip:srt x-sv4cpio:sv4cpio x-sv4crc:sv4crc
    x-t3vm-image:t3 x-tads:gam x-tar:tar x-tcl:tcl x-tex:tex x-tex-tfm:tfm x-texinfo:texinfo x-tgif:obj
    x-ustar:ustar x-virtualbox-hdd:hdd x-virtualbox-ova:ova x-virtualbox-ovf:ovf x-virtualbox-vbox:vbox
    x-virtualbox-vbox-extpack:vbox-extpack x-virtualbox-vdi:vdi x-virtualbox-vhd:vhd x-virtualbox-vmdk:vmdk
    x-wais-source:src x-web-app-manifest+json:webapp x-x509-ca-cert:der x-xfig:fig x-xliff+xml:xlf
    x-xpinstall:xpi x-xz:xz x-zmachine:z1 xaml+xml:xaml xcap-att+xml:xav xcap-caps+xml:xca xcap-diff+xml:xdf
    xcap-el+xml:xel xcap-ns+xml:xns xenc+xml:xenc xhtml+xml:xhtml xliff+xml:xlf xml xml-dtd:dtd xop+xml:xop
    xproc+xml:xpl xslt+xml:xsl xspf+xml:xspf xv+xml:mxml yang yin+xml:yin zip`,
  audio: `
    3gpp adpcm:adp amr basic:au midi:mid mobile-xmf:mxmf mp3 mp4:m4a mpeg:mpga ogg:oga s3m silk:sil wav wave:wav
    webm:weba x-aac:aac x-aiff:aif x-caf:caf x-flac:flac x-m4a:m4a x-matroska:mka x-mpegurl:m3u x-ms-wax:wax
    x-ms-wma:wma x-pn-realaudio:ram x-pn-realaudio-plugin:rmp x-realaudio:ra x-wav:wav xm`,
  chemical: `
    x-cdx:cdx x-cif:cif x-cmdf:cmdf x-cml:cml x-csml:csml x-xyz:xyz`,
  font: `
    collection:ttc otf ttf woff woff2`,
  image: `
    aces:exr apng avci avcs avif bmp cgm dicom-rle:drle emf fits g3fax:g3 gif heic heic-sequence:heics heif
    heif-sequence:heifs hej2k:hej2 hsj2 ief jls jp2 jpeg jph jphc:jhc jpm jpx jxr jxra jxrs jxs jxsc jxsi jxss
    ktx ktx2 png sgi svg+xml:svg t38 tiff:tif tiff-fx:tfx vnd.adobe.photoshop:psd vnd.microsoft.icon:ico webp
    wmf x-3ds:3ds x-cmu-raster:ras x-cmx:cmx x-freehand:fh x-icon:ico x-jng:jng x-mrsid-image:sid x-ms-bmp:bmp
    x-pcx:pcx x-pict:pic x-portable-anymap:pnm x-portable-bitmap:pbm x-portable-graymap:pgm
    x-portable-pixmap:ppm x-rgb:rgb x-tga:tga x-xbitmap:xbm x-xpixmap:xpm x-xwindowdump:xwd`,
  message: `
    disposition-notification global:u8msg global-delivery-status:u8dsn global-disposition-notification:u8mdn
    global-headers:u8hdr rfc822:eml`,
  model: `
    3mf gltf+json:gltf gltf-binary:glb iges:igs mesh:msh mtl obj step+xml:stpx step+zip:stpz step-xml+zip:stpxz
    stl vrml:wrl x3d+binary:x3db x3d+fastinfoset:x3db x3d+vrml:x3dv x3d+xml:x3d x3d-vrml:x3dv`,
  text: `
    cache-manifest:appcache calendar:ics coffeescript:coffee css csv html jade jsx less markdown mathml:mml mdx
    n3 plain:txt richtext:rtx rtf sgml shex slim spdx stylus tab-separated-values:tsv troff:t turtle:ttl
    uri-list:uri vcard vtt x-asm:s x-c:c x-component:htc x-fortran:f x-handlebars-template:hbs
    x-java-source:java x-lua:lua x-markdown:mkd x-nfo:nfo x-opml:opml x-org:org x-pascal:p x-processing:pde
    x-sass:sass x-scss:scss x-setext:etx x-sfv:sfv x-suse-ymp:ymp x-uuencode:uu x-vcalendar:vcs x-vcard:vcf xml
    yaml`,
  video: `
    3gpp:3gp 3gpp2:3g2 h261 h263 h264 iso.segment:m4s jpeg:jpgv jpm mj2 mp2t:ts mp4 mpeg ogg:ogv quicktime:qt
    webm x-f4v:f4v x-fli:fli x-flv:flv x-m4v:m4v x-matroska:mkv x-mng:mng x-ms-asf:asf x-ms-vob:vob x-ms-wm:wm
    x-ms-wmv:wmv x-ms-wmx:wmx x-ms-wvx:wvx x-msvideo:avi x-sgi-movie:movie x-smv:smv`,
  'x-conference': `
    x-cooltalk:ice`,
};

/** The extension of a media type, or undefined. */
export function extensionOf(type) {
  const slash = type.indexOf('/');
  const words = TABLE[type.slice(0, slash)];
  if (slash < 0 || words === undefined) return undefined;
  const wanted = type.slice(slash + 1);
  for (const word of words.split(/\s+/)) {
    if (word === wanted) return word;
    if (word.startsWith(wanted) && word[wanted.length] === ':') return word.slice(wanted.length + 1);
  }
  return undefined;
}
