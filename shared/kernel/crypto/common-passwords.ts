/** Passwords of eight characters and more that are tried first, in lower case. Names of this product are among them. */
const words = `
password passw0rd p@ssw0rd p@ssword pa$$word pa55word passwort mypassword password! thepassword wordpass
12345678 123456789 1234567890 12345678910 87654321 987654321 0987654321 11223344 112233445566 12341234 123123123 12344321
123454321 1234554321 123456123 147258369 159753159753 1qaz2wsx 1q2w3e4r 1q2w3e4r5t 1qazxsw2 q1w2e3r4 q1w2e3r4t5 zaq12wsx
zaq1zaq1 zaq1xsw2 qazwsxedc qwertyui qwertyuiop qwerty12 qwerty123 qwerty1234 qwertz123 qwertzui azertyui azertyuiop
asdfghjk asdfghjkl asdf1234 asdfasdf zxcvbnm1 zxcvbnm123 zxcvbnm, 1234qwer qwer1234 qweasdzxc qweqweqwe asdasdasd
abcdefgh abcdefghi abcd1234 abc12345 abc123456 abcabcabc a1b2c3d4 aa123456 a1234567 a12345678 1a2b3c4d aaaa1111
iloveyou iloveyou1 iloveyou2 iloveme1 ilovegod loveyou1 lovelove lovely12 mylove123 forever1 together sweetheart
sunshine princess football baseball superman batman123 trustno1 starwars whatever computer internet michelle jennifer
jordan23 charlie1 michael1 jessica1 samantha danielle elizabeth alexander alexandra christian christopher nicholas
benjamin jonathan victoria veronica stephanie isabella gabriela valentina fernando antonio1 rodriguez giovanni patricia
butterfly chocolate strawberry cupcakes blackberry pineapple cinnamon honey123 marshmallow cookie123 buttercup
liverpool arsenal1 chelsea1 barcelona realmadrid manchester juventus steelers cowboys1 yankees1 lakers24 redsox04
patriots packers1 eagles12 broncos1 dolphins panthers gators12 tigers12 basketball volleyball softball football1
baseball1 soccer12 hockey12 swimming skateboard snowboard wrestling
pokemon1 pikachu1 charizard minecraft fortnite callofduty warcraft starcraft playstation nintendo xbox3600 gamecube
assassin dragon12 dragonball goku1234 naruto12 sasuke12 onepiece finalfantasy zelda123 metallic counterstrike
metallica slipknot nirvana1 beatles1 eminem12 linkinpark greenday ironmaiden rammstein blink182 michaeljackson
spiderman ironman1 captain1 avengers wolverine deadpool starwars1 starwarz skywalker darthvader matrix12 gandalf1 frodo123
hogwarts harrypotter voldemort dumbledore gryffindor slytherin
welcome1 welcome123 welcome12 letmein1 letmein123 letmeinn changeme changeme1 changeme123 changeit default1 temp1234
temporary test1234 test12345 testtest tester12 testing1 testing123 testpass guest123 guestguest admin123 admin1234
admin12345 adminadmin administrator root1234 rootroot toor1234 master12 master123 superuser support1 secret12 secret123
secrets1 topsecret security access14 access123 login123 user1234 username username1 newpass1 newpassword mypass123
pass1234 pass12345 passpass password1 password2 password3 password12 password123 password1234 password12345 password01
password99 password00 p4ssw0rd passw0rd1 passw0rd123 p@ssw0rd1 p@ssw0rd123 p@55w0rd summer2020 summer2021 summer2022
summer2023 summer2024 summer2025 summer2026 winter2020 winter2021 winter2022 winter2023 winter2024 winter2025 winter2026
spring2024 spring2025 spring2026 autumn2024 autumn2025 autumn2026 summer123 winter123 january1 february september
november december monday123 friday13 saturday sunday12 birthday happy123 happyday christmas thanksgiving halloween
babygirl babygirl1 babyboy1 angel123 angels12 angelica prettygirl beautiful gorgeous handsome princess1 princesa
prince12 queen123 kingkong diamond1 crystal1 sapphire emerald1 silver12 golden12 platinum rainbow1 unicorn1 mermaid1
fuckyou1 fuckyou2 fuckoff1 fuckthis motherfucker asshole1 bullshit biteme12 pussycat bigdaddy bigdick1 sexygirl sexyback
blink123 hello123 hello1234 hellohello helloworld helloo12 goodluck goodbye1 whatever1 whatsup1 nothing1 anything
something noneofyour idontknow iforgot1 remember dontforget qwertypassword trustme1 believe1 faithful blessed1 jesus123
jesuschrist godisgood heaven12 savior12 religion1 church12 hallelujah
mustang1 corvette ferrari1 porsche1 mercedes chevy123 camaro12 toyota12 yamaha12 kawasaki harley12 davidson bmw12345
vampire1 zombie12 monster1 phantom1 shadow12 shadow123 midnight darkness thunder1 lightning hurricane stargate galaxy12
universe mercury1 infinity phoenix1 scorpion serenity freedom1 america1 liberty1 patriot1 colorado california florida1
newyork1 losangeles chicago1 houston1 texas123 brooklyn australia canada12 england1 scotland ireland1 london12 paris123
berlin12 deutschland schalke04 hallo123 passwort1 passwort123 geheim12 sommer2024 motdepasse azerty123 bonjour1 soleil12
doudou12 loulou12 contrasena contraseña hola1234 teamo123 tequiero bienvenido espana12 senha123 brasil12 saopaulo
flamengo corinthians palmeiras woaini1314 woaini520 5201314520 woaini123 asd123456 zxc123456 qq123456 wang1234 zhang123
li123456 a123456789 q123456789 0123456789 01234567 00000000 11111111 22222222 33333333 44444444 55555555 66666666
77777777 88888888 99999999 000000000 111111111 1111111111 0000000000 12121212 13131313 21212121 69696969 10101010
19871987 19901990 20002000 20102010 20202020 31415926 314159265 27182818 11235813 24682468 13579135 135792468 147852369
789456123 741852963 963852741 852456789 159357456 753159852 123qweasd 123qwe123 qwe123qwe 1qaz1qaz !qaz2wsx 1qaz@wsx
q1q1q1q1 qqqqqqqq aaaaaaaa zzzzzzzz xxxxxxxx asdfjkl; asdf;lkj qwaszxer poiuytrewq lkjhgfdsa mnbvcxz1 0okm9ijn
google123 facebook facebook1 twitter1 instagram linkedin1 youtube1 whatsapp snapchat spotify1 soundcloud soundcloud1
soundcloud123 groundswell groundswell1 groundswell123 tiktok123 netflix1 amazon12 apple123 iphone12 samsung1 samsung123
android1 windows1 windows10 microsoft linux123 ubuntu12 github12 oracle12 cisco123 dell1234 computer1 laptop12 keyboard
musician music123 musiclover producer djdjdjdj hiphop12 rockstar1 rocknroll technotechno housemusic guitar12 guitarist
drummer1 bassline trumpet1 pianoman melody12 concert1 festival
correcthorsebatterystaple
`;

const common = new Set(words.trim().split(/\s+/));

/** One character over and over, or one short piece repeated. */
const repeats = /^(.{1,3})\1+$/u;

/** Whether a password in lower case is on the list, also with digits or marks put behind it, or is a repetition. */
export const isCommonPassword = (lower: string): boolean => {
  if (common.has(lower) || repeats.test(lower)) return true;
  const stem = lower.replace(/[\d!?.@#$%&*_-]{1,4}$/, "");
  return stem.length >= 8 && common.has(stem);
};
