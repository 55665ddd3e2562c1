//! The four bytes that source code is full of.

use std::collections::BTreeMap;

/// What part of all places have each of some four bytes, whatever their case: all over 35 in a million, measured over 120 MB of sources in
/// ten languages, in classes. Only the speed depends on it.
const COMMON: [(f64, &str); 9] = [
    (1300e-6, "atio etur name retu ring stri test tion trin turn"),
    (
        700e-6,
        "able alue asse clas conf cont ctio data erro file func ions lass lice ment nfig onfi onte port ptio requ rror sert \
         sion sser stat this time type valu with",
    ),
    (
        380e-6,
        "$thi .com .get ache acti ader alse ange ault auth blic bute byte cens cept clie code comm comp cons crea ctor defa \
         ecti efau ense equa eque ersi essa exce fals faul form his- http ibut icen ient impo inst inte is-> itio ject lien \
         list mess mple mpor nter ntex null onta opti ourc para path pect publ qual ques rati reat reso resp ribu rsio sage \
         serv sour ssag tain tate tati text that ting trib true ubli uest urce vers work xcep",
    ),
    (
        240e-6,
        ".con addr aine alid ance andl apac aram arge arra arti atch ated ator attr bean bjec buil call case cati cess chan \
         conn coun crip cted date desc ding eade eate econ ecor ecte emen enti ents epti equi erat erve esou espo esul etho \
         expe fina from grou hand icat ider impl inal inde iner info ion( ion. istr json lect lica load lock lues meta meth \
         ncti nder ndle nect nnec node nsta ntai obje olle onne onse onst oper opic org. orma ount over ovid part pend plic \
         pons pres prin prop prot prov quir rame rans read ream reco ress resu ript roto roup rovi scri size spec spon spri \
         ssio stan stor stre sult tent ther thod tive topi tore tory tran trea uild uire unct user vali vice vide void writ \
         xpec",
    ),
    (
        170e-6,
        ".spr .val acka acto adat afka aliz allo ame: amew ampl anno appe appl arse ates atic b.co back base bool cach cate \
         che. chec chem ckag com/ cond copy cord dent dule ecto efer efin egis empt ende ener entr erna erte ertt ervi escr \
         essi esta esti etad eter even ewor fact ffse figu fram fset gist gith hang head heck his. hub. iali ield ight igur \
         ing( ing, ings init iona iste iter ithu ivat kafk kage late lder leme link lize loca matc mber mock mode modu ndex \
         ning nnot nten oces odul offs oint ompo ontr ould pach pack pars poin ppli priv proc ps:/ rang rate regi remo rent \
         rget rite riva rmat roce rope rray rtit rtth ruct rver rvic s:// sche seri sign sing star ster stin stra stru supp \
         tabl tada tanc targ tart task temp tern thro thub titi tps: truc ttps ttri ture uint umen unde util vate vent",
    ),
    (
        120e-6,
        "()); (con (str ).is ->as ->ge .apa .cla .err .kaf .new .set .sta .str >ass >get @par _con _nam abel acce ager ages \
         als( ame( ame, ames amet anag ansa argo ass) ate( atus bloc buff carg cces char cifi cket clos coll conv ctiv curr \
         defi dele der( ders diag dire dist diti dler ease ecif elem else ence enco ent. er() eren erfa eria erri ert_ erti \
         esol est. est_ ests etri exam expr ext. exte face fail ffer fiel fka. fony fore g.ap g.sp gene gfra gura hash hat( \
         hema here host houl hrow idat ific ifie ilde imag ime. imes imit inat ing. ingf inpu ion, ion: ion_ ipti irec ired \
         item itho iver java kind labe labl lang lean leas len( lete lida limi line llec ller llow long lter mage mana mand \
         mete metr mewo mfon mman move mpon mpty nabl nage ncod nent nera ngfr niti nota nput nsac nse. nstr nsum ntro numb \
         nval ocal ocke oken olve omma ompl onal onen only ons. onsu ork. orte otat ound outp pace pass pdat peci pera pers \
         pert plat pone post ppen ppor quer ract rato rect redi repl rese rfac rg.a rg.s rial ride ries righ rint rnal root \
         rors rout rren rrid s->a sact seco self sent shou solv spac sten sume symf tatu tche tcon terf ters then thor tial \
         ties toke tput trac tric trol tter ttha uals ub.c uffe umbe umer unit upda uppo urat urre used uted utes utho utpu \
         verr ware when will xamp xten ymfo ype: ytes",
    ),
    (
        83e-6,
        "\"foo \"git \"tes (ctx (new .add .ass .nam .org .pro .res .ser .uti /lic @lin @tes []by [str \\com ]byt ]str _equ acke \
         afte age. aile ains allb alle ally alto ame\" ame) ansi anti args argu assi atab atal ate. atte atur ava. bled body \
         ched cker clud clus core cret cty. ddre defe depe der. dres e()) e(); e.ka each eams ecre ect( ect. ects ecur ecut \
         edis efor elea elec elet embe emov empl enab enam end( engt ent( ent\\ ent_ enta ente eout epen epre eric erif ermi \
         err) erre ers. erts erty esen eser espa esso estc este esto estr ethe etwo etyp eval evel ever exec exis fere fica \
         fig. filt fine fini firs flag fmt. foun fter full get( gets gger gume have he.k hout html iags ible iden iled iles \
         ils. ilte imeo incl indi indo ing\" ing) ing] ingl int3 int6 inva ion\" ion) ionc irst issi iven ized izer keys know \
         last lati lbac leng less leve licy llab llba logg lose lse, lude lust mail main make map[ mark mati medi meou mesp \
         mest miss mmon mpla mpli must nclu ncon nden ndin ndit netw next nfor ngle ngth nil, nt64 nteg ntin ntit ntry nver \
         ny\\c ocat ock( odel oduc olic olum ommo onco ondi onve ony\\ open opts opyr orde org/ ors. osit othe oute page pare \
         perm ping plan plem plet plie poli posi prec pref prod ptor pyri rage rcon rder refe refi rele renc repo rest rgum \
         rics rity rnin rodu roll ror( ror) rows rser rted rteq rue, s.co s.re same sele sequ sess set( sets shal sibl siti \
         soft span ssig ssor stac stam stom subs sync t.co tack tamp tect tend tequ ter( ter. tera tere term terr thou thre \
         tica tifi til. tils tnam tora tval twar twor uery ues. ull, ulti unc( urns uste uthe vari veri vert view word xecu \
         xist xpre y\\co ypes yrig {@li",
    ),
    (
        59e-6,
        "\"con \"str $con ()). (err (htt (res (thi )).i *tes .app .cre .fat .fil .int .ise .met .par .run .tes .wit //gi //ww \
         /con /git /www 0x00 ://g ://w ::cl :cla <str @cod @ove @ret []st _fil _pro _typ _val a)', a.co a.ut acco addi age( \
         agre ails aint amer ande angu anne ansf ap[s api. apsh arch aren aria arsh asks ass, assw ata( ata. ate_ ater atin \
         ativ ause auto basi befo bels bind brok cert cher chil ck() clea ctx, cust dati debu deco denc depr dere derr dest \
         diff disp dock does down dpoi duce e\"); e.co eand eatu ebug ecat ecod efix efle egat eger eith elat elf. emot endi \
         endp ends ensi epar epla epli epoc er-> er.a er.c er.s eral erco ered eres erge erie erin erne erra erso ert. es() \
         eset esse est( et() etch etco etes etim etre etry ext( ext, fata feat fetc fied fier figs flec floa foo\" ftwa ger. \
         gest getc gina give gram gree gres guag gure hare hell help hich hild hing hist hrea iabl ica/ igin ile( ince ined \
         ing_ int( intf ints ion; ione iont ipto iseq isti isto ists ith_ ithe itia itin itle itor itte izat ize( join ka.c \
         king lace lead lega lied ling lity lloc loat lowe lse} lto( lue( lue) lugi lver map< mapp mars me() memb merg meri \
         mina mite mmit mon. more mote moun mult naps nate nati ndow ndpo need ners new( ng() ng.t ngua nkno nles nmen none \
         note noti nown nse, nse- nsed nses nsib nsio nt32 ntat ntf( ntia ntic ntim ntri nts. oade ode( odes oftw ogge ogra \
         oker olea omet omme ommi ompa on() oole orag ords ore. orf( orig osti otec p:// p[st plac plug poch ppin prev prom \
         prox psho put( quen quot rams rant rces rdin reac reca rede refl rela rend retr rf(\" rica rify rigi riti rmis rnam \
         roke rorf rote rran rsha rt_e rter rtie rue) rule rust s()) s.st samp scal scon se() secr secu send sett se}, sfor \
         shar shot snap sock some ss); sswo stco sted stem stic stro stry subj sure swit swor syst t.er t.fa t_eq tall tand \
         tbea tege tene tens tes. texc than thin titl tity toco tor( tor. tors tp:/ tpro trai trat tres tsta tstr ttp: ttyp \
         tual uage ualt ugin ull) ulla ults unkn unle unti ures urit usin usto utio va.u wait warn wher whic wind wrap www. \
         x000 yaml ype( yste yval zati {@co",
    ),
    (
        42e-6,
        "\"bar \"htt \"lic \"nam \"pro $res $val 'ame 'en_ 'foo ($th (dat (int (nam (par (pro (sta (the (top (val ).ge -2.0 \
         ->se -uni .0.0 .ann .api .bui .cli .clo .equ .exp .for .has .htm .key .log .map .mes .moc .mod .put .rea .req .sec \
         .sto .typ .web .wri /foo /pro 0.0. @aut @nul ](ht _dir _key _pat _res _sta _str _tes _wit abas abst acks actu add( \
         afor agno ags. aila ake( alf( alia all( alre ame= ams. anda ans- ansp appi ared arni ase. ases asis ass= aste asyn \
         ata, ate\\ ateg atem atet ath. avai aylo bar\" batc bili ble. ble_ bles blis bscr bstr btai buck cabl cale caus ccep \
         ccou ches chin chun cken clar codi colo colu com> conc cook cope corr cpar cred crib cryp ctua cume curi dato dcon \
         ddit ddrs dese deta dete deve dica disa disc docu dows dpar driv drs. dura e(), e-2. e.or e.se eady eans earc ecla \
         ecom ed() edat eden edia edit ediu edre eexc egme eins eint elds elia ello elpe emai emet emor enci ency ent) ent, \
         ent: entc entl entt enum epat epor epro er); erde erid erni ers( erse erva ervl es/l est\" est) estb estm etai etin \
         etna etst etti etup expi expo extr eyva find foll foo' forc forw futu g.t) g/li gate get> geta getb getm getp gett \
         ging glob gmen gned gnme gnor gnos gove grat hart he.o heli hent heus hods hold hori hors hort hunk iagn ianc icab \
         ical ices icpa id=\" ied. igna igne ignm igno ilab ild( ile. ile_ iler ilit ille illi illu ind, ines ing> ingr ing{ \
         inse int) into intp invo ion- ion\\ ioni ionm ionr ire_ isab ist( ist< itat itch ites ives kend kets key) key, keyv \
         kube l.co lags le.c lena leti lf(\" lian lias lici lish lled llis llum log. lper lse) ltip lue, lume lumi lumn mali \
         mall map( mary memo mill mita mitt mmen modi mory mpar mpil mt.e mt.s nce. nceo nces ncie ndar ndat ndef ne', nexp \
         nger nges ngs. nil) nit. nnel nnin noer nore norm nost ns-u nse\" nser nsfo nspo nt() nted ntie ntif obta ock. ocks \
         ocol ocum ode. ode> oder odif odin oerr ofil ojec okie olde ollo olor ompi on.c on:\" onds onin onme onre ons( ons) \
         onti ooki or() or(t orco ordi orit oriz orks orme orre ort: orts orwa ory. ose( ostr otal otif otoc oups owed pan> \
         patc patt picp pile pire play ple. ples plia pool pped pper pply prof proj pull queu r(); r(t, r.ge race rack rafo \
         rail rain rand rce> rece reed rega reme repr resh revi rg/l riab ribe rive rker rmal rmin rofi roje role rome rops \
         roun roxy rraf rres rs() rson rtif rtsa rue( run( runn runt rval rvle rwar rypt s-un s.as s.ge s.ne s.se s/li sabl \
         safe scop se\") se-2 sear sect segm ser. sers ses/ setu shor simp sinc sis, sist skin skip slic smod son: spat spor \
         ss=\" ssed sses ssin stal stog stop styl succ sysc t()) t(); t.sp t64( taba tach tail talf tant te() ted. ted_ tede \
         tele tems tenc ter_ terc teri tes( tf(\" tfor thel theu tics tint tmet togr tone tost tpar tptr treq trie tsam tspa \
         ttin ttp. tyle ual( ubje ubsc ucce ucer ucke ue() ueue ule_ ules ull( ult. umin unte uper ute( utin utor utur vail \
         val( ver. vere vern very vlet volu w.ap want ward warr ww.a xpir xpor xt.c xtra ynam ype\" ype) ype, ype. ysca",
    ),
];

/// Looks the commonest up. Sorted, so that the same literals are always laid out in the same way.
pub(super) struct Frequent(BTreeMap<&'static [u8], f64>);

impl Frequent {
    pub(super) fn new() -> Frequent {
        let words = |words: &'static str| words.split(' ').map(str::as_bytes);
        Frequent(COMMON.iter().flat_map(|(frequency, all)| words(all).map(move |word| (word, *frequency))).collect())
    }

    /// All of them, in memory order, with the part of all places that have them, in no particular order.
    pub(super) fn all(&self) -> impl Iterator<Item = (u32, f64)> {
        let quad = |word: &[u8]| u32::from_le_bytes([word[0], word[1], word[2], word[3]]);
        self.0.iter().map(move |(word, frequency)| (quad(word), *frequency))
    }

    /// What part of all places have these four bytes, in lower case, if they are among the commonest.
    pub(super) fn of(&self, window: &[u8]) -> Option<f64> {
        self.0.get(window).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_stands_once_and_is_four_bytes() {
        let count = COMMON.iter().map(|(_, words)| words.split(' ').count()).sum::<usize>();
        let frequent = Frequent::new();
        assert_eq!(frequent.0.len(), count);
        assert!(frequent.0.keys().all(|word| word.len() == super::super::WINDOW));
        assert_eq!(frequent.of(b"zqxj"), None);
        assert!(frequent.of(b"tion") > frequent.of(b"port"));
    }
}
