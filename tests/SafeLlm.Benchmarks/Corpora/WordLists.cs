namespace SafeLlm.Benchmarks.Corpora;

/// <summary>Words of each language, the most frequent first, and what rare words are built of.</summary>
internal static class WordLists
{
    public static string[] English { get; } = Split("""
        the of and to a in is that it was for on are as with his they at be this from I have or by one had not but what all were when we there can an your which their said if do will each about how up out them then she many some so these would other into has more her two like him see time could no make than first been its who now people my made over did down only way find use may water long little very after words called just where most know get through back much before go good new write our used me man too any day same right look think also around another came come work three word must because does part even place well such here take why things help put years different away again off went old number great tell men say small every found still between name should Mr home big give air line set own under read last never us left end along while might next sound below saw something thought both few those always looked show large often together asked house don't world going want school important until form food keep children feet land side without boy once animals life enough took sometimes four head above kind began almost live page got earth need far hand high year mother light parts country father let night following picture being study second eyes soon times story boys since white days ever paper hard near sentence better best across during today others however sure means knew it's try told young miles sun ways thing whole hear example heard several change answer room sea against top turned learn point city play toward five using himself usually money seen didn't car morning I'm given trees ready red door today's company market system order result question report process service problem level control support design model value interest price account policy state power group issue data language request budget server network signature customer contract memory engine measure weather garden river mountain window bridge station evening doctor letter science history practice theory effect season quality surface pressure distance movement machine chapter argument evidence council election member security response version feature method object module thread buffer latency throughput token prompt quota refund invoice
        """);

    public static string[] Prefixes { get; } = Split("un re dis over under inter trans non pre anti counter sub super micro multi poly neo hyper out mis semi");

    public static string[] Stems { get; } = Split("calibr negoti horizont crystall administr constell sediment arbitr filament perpetu gravit luminesc elabor transist magnet synth viscer oscill navig cultiv fragment domin mediev harmon pilgrim cartograph meander ferment vener petrol ambival circul lacun tessell bureaucr chlor demograph eloqu fabric glaci hallmark inocul jurisd kinet labyrinth mercant nebul orchestr pedagog quarant resin saline terrac ubiquit vaccin wanderl yeoman zeal abridg bristl chisel dwindl embroider flourish glimmer hover ignit jostl kindl lament muster nourish outlin prosper quench ripen scatter thread unravel ventur whisper yield");

    public static string[] Suffixes { get; } = Split("ation ing ed er ist ism ment ive ally ness able ity ous ical ance s es ator ery ful less ship wards");

    public static string[] Names { get; } = Split("Aldermoor Brannigan Castellane Drozdowski Eskildsen Fairweather Guadarrama Hollingsworth Ivarsson Jablonsky Kowalczyk Lindqvist Montefiore Nakashima Okonkwo Pemberton Quintanilla Rasmussen Szymanski Thornbury Uddenberg Villanueva Wojciechowski Xenakis Yamaguchi Zimmermann Lisbon Trondheim Valparaiso Dnipro Kyoto Marrakesh Antananarivo Saskatoon Ljubljana");

    public static string Han { get; } = "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识候带导争运笔拿造八何足早字底拉船尽写局照参红细历史步亚医满准服研推精装整近念备团往叫视消布农引热城演选周单验食怀存客影线飞春段河深组围况罗千音未油九温夫乡微兴究差护状养随晚适句独居奇尼片续响调春短越须按育牛层房素值顾谈语词令牌预算请求签名模型价格";

    public static string[] Chinese { get; } = Split("""
        我们 他们 可以 没有 自己 这个 什么 就是 一个 中国 问题 如果 因为 时候 现在 知道 工作 发展 社会 经济 技术 系统 服务 公司 市场 国家 政府 人民 生活 世界 科学 研究 大学 学生 老师 教育 文化 历史 城市 环境 能源 数据 网络 安全 用户 产品 设计 开发 测试 管理 计划 项目 方法 结果 情况 部分 主要 重要 不同 一些 这样 这些 已经 还是 但是 所以 而且 或者 虽然 通过 根据 关于 对于 由于 开始 进行 使用 提供 需要 应该 能够 得到 成为 认为 希望 觉得 看到 听到 告诉 北京 上海 广州 时间 地方 东西 朋友 孩子 父母 家庭 医院 健康 身体 心理 电话 电脑 手机 软件 程序 语言 文字 文章 新闻 信息 图书馆 实验室 人工智能 机器学习 深度学习 神经网络 自然语言 云计算 操作系统 数据库 服务器 预算 令牌 请求 签名 供应商 合同 利率 银行 股票 投资 贸易 出口 进口 工业 农业 制造 建筑 交通 铁路 飞机 天气 气候 温度 海洋 山脉 河流 森林 动物 植物 春天 夏天 秋天 冬天 早上 晚上 昨天 今天 明天 去年 今年 明年
        """);

    public static string[] Japanese { get; } = Split("""
        私 これ それ 日本 東京 会社 時間 問題 世界 人間 技術 情報 社会 経済 研究 大学 学生 先生 教育 文化 歴史 都市 環境 データ ネットワーク セキュリティ ユーザー サービス システム プログラム ソフトウェア コンピューター インターネット モデル トークン サーバー リクエスト テスト デザイン プロジェクト 方法 結果 場合 部分 必要 重要 可能 新しい 大きい 小さい 多い 少ない 高い 低い 良い 悪い 使う 作る 見る 聞く 読む 書く 話す 考える 思う 知る 行く 来る 帰る 始める 終わる 続ける 変える 増える 減る 開く 閉じる 送る 受け取る 待つ 持つ 買う 売る 食べる 飲む 住む 働く 休む 遊ぶ 学ぶ 教える 調べる 比べる 選ぶ 決める 守る 助ける 電車 駅 空港 病院 図書館 公園 季節 春 夏 秋 冬 朝 昼 夜 昨日 今日 明日 去年 今年 来年 天気 気温 海 山 川 森 動物 植物 料理 音楽 映画 写真 言葉 文章 新聞 手紙 約束 契約 予算 料金 銀行 株式 投資 貿易 輸出 製造業 農業 建築 交通 人工知能 機械学習 自然言語処理 量子力学 憲法 裁判所 国会 選挙 委員会
        """);

    public static string[] JapaneseLinks { get; } = Split("は が を に で と も の から まで より へ や など について によって において として ための ように という");

    public static string[] JapaneseEndings { get; } = Split("です。 ます。 でした。 ました。 と思います。 ではありません。 かもしれません。 でしょうか。 ことができます。 必要があります。 と言われています。 ている。 だった。 のである。");

    public static string[] Korean { get; } = Split("""
        우리 사람 나라 한국 서울 시간 문제 세계 기술 정보 사회 경제 연구 대학교 학생 선생님 교육 문화 역사 도시 환경 데이터 네트워크 보안 사용자 서비스 시스템 프로그램 소프트웨어 컴퓨터 인터넷 모델 토큰 서버 요청 시험 설계 개발 방법 결과 경우 부분 필요 중요 가능 생각 사실 이야기 마음 얼굴 아침 점심 저녁 어제 오늘 내일 작년 올해 내년 봄 여름 가을 겨울 날씨 기온 바다 산 강 숲 동물 식물 음식 음악 영화 사진 언어 문장 신문 편지 약속 계약 예산 요금 은행 주식 투자 무역 수출 제조업 농업 건축 교통 인공지능 기계학습 자연어처리 헌법 법원 국회 선거 위원회 병원 도서관 공원 공항 기차역 회사 시장 정부 국민 가족 친구 아이들 부모님 건강 운동 여행 계획 목표 성공 실패 경험 기회 변화 미래 과거 현재 관계 책임 권리 자유 평화 전쟁 승리 방향 거리 속도 무게 크기 색깔 소리 냄새 느낌
        """);

    public static string[] KoreanLinks { get; } = Split("은 는 이 가 을 를 에 에서 으로 와 과 의 도 만 부터 까지 에게 처럼 보다 마다 에서는 으로써 들은 들의 이라는");

    public static string[] KoreanVerbs { get; } = Split("한다 했다 합니다 했습니다 된다 되었다 있다 있었다 없다 없습니다 보인다 만들었다 시작했다 끝났다 생각한다 말했다 알려졌다 필요하다 중요하다 바뀌었다 늘어났다 줄어들었다 기다리고 있다 할 수 있다 해야 한다 않았다 것이다");

    public static string[] Arabic { get; } = Split("""
        في من على إلى عن مع هذا هذه ذلك التي الذي كان كانت يكون قد لا ما لم لن إن أن كل بعض غير بين بعد قبل عند حتى أو ثم لكن أيضا فقط جدا هناك هنا اليوم أمس غدا سنة شهر يوم ساعة وقت مدينة دولة شعب حكومة شركة سوق اقتصاد سياسة تاريخ ثقافة علم علوم تقنية معلومات بيانات شبكة نظام برنامج حاسوب هاتف إنترنت مستخدم خدمة جودة سعر ميزانية عقد بنك مال استثمار تجارة صناعة زراعة بناء نقل مطار قطار طريق بحر نهر جبل صحراء غابة حيوان نبات طعام ماء هواء شمس قمر نجم ليل نهار صباح مساء ربيع صيف خريف شتاء طقس حرارة مدرسة جامعة طالب أستاذ كتاب مكتبة لغة كلمة جملة رسالة صحيفة خبر قصة شعر موسيقى فيلم صورة لون صوت طفل رجل امرأة أسرة صديق بيت باب نافذة غرفة مستشفى طبيب صحة مرض علاج رياضة لعبة سفر رحلة خطة هدف نجاح فشل تجربة فرصة تغيير مستقبل ماض حاضر علاقة مسؤولية حق حرية سلام حرب نصر اتجاه مسافة سرعة وزن حجم قال ذهب كتب قرأ رأى سمع عرف فهم عمل وجد أخذ أعطى بدأ انتهى استمر استخدم طور درس حلل قارن اختار قرر حافظ ساعد الذكاء الاصطناعي التعلم الآلي المحكمة الدستور البرلمان الانتخابات اللجنة المجتمع العالم العربية القاهرة بغداد دمشق الرباط
        """);

    public static string[] ArabicPrefixes { get; } = Split("ال و ب ل ف وال بال لل كال سي");

    public static string[] ArabicSuffixes { get; } = Split("ة ات ون ين ها هم نا ه ي ك ان ية");

    public static string[] Emoji { get; } = Split("😀 😂 🤣 😊 😍 😭 😅 🙏 👍 🎉 🔥 🚀 ❤️ ✨ 🥳 🤔 👏 💪 🙌 👀 💯 ✅ ⚠️ 🤖 🐍 🍕 ☕ 🌍 💡 📈 📉 🧠 🐛 🔒 🔑 🧪 🛠️ 📦 💸 ⏱️ 👨‍👩‍👧 👩🏽‍💻 🙏🏾 👍🏻 🤷‍♂️ 🏳️‍🌈 🇩🇪 🇯🇵 🇧🇷 🇰🇷 🇪🇬 🇨🇳 🫡 🫠 🥹 🪄 🧑‍🚀 👩‍🔬 🦀 🐳");

    public static string[] CodeTypes { get; } = Split("int string bool long decimal Task ValueTask CancellationToken List<string> IReadOnlyList<byte> Dictionary<string,int> TimeSpan DateTimeOffset Stream HttpClient");

    private static string[] Split(string words) => words.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
}
