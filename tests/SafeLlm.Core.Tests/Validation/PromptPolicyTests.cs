using System.Text.Json;
using CsCheck;
using SafeLlm.Formats;
using SafeLlm.Tests.Formats;
using SafeLlm.Tests.Tokens;
using SafeLlm.Validation;

namespace SafeLlm.Tests.Validation;

public sealed class PromptPolicyTests
{
    public static TheoryData<string, string> Attacks
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var attack in Vectors.Read("validation", "suspicious.json").GetProperty("attacks").EnumerateArray())
            {
                data.Add(attack.GetProperty("rule").GetString()!, attack.GetProperty("text").GetString()!);
            }

            return data;
        }
    }

    public static TheoryData<string> Innocent => [.. Vectors.Read("validation", "suspicious.json").GetProperty("innocent").EnumerateArray().Select(text => text.GetString()!)];

    [Theory]
    [MemberData(nameof(Attacks))]
    public void Check_Attack_IsFlaggedByItsRuleAndNoLongerWithoutIt(string rule, string text)
    {
        var facts = User(text);
        var finding = Assert.Single(PromptPolicy.Default.Check(facts), finding => finding.Rule == rule);
        Assert.Equal(PromptSeverity.Flag, finding.Severity);
        Assert.Equal(0, finding.Place);
        Assert.DoesNotContain(PromptPolicy.Default.Without(rule).Check(facts), finding => finding.Rule == rule);
        Assert.Contains(PromptPolicy.Article.Check(facts), finding => finding.Rule == rule && finding.Severity == PromptSeverity.Refuse);
    }

    [Theory]
    [MemberData(nameof(Innocent))]
    public void Check_InnocentLookAlike_HasNoFinding(string text) => Assert.Empty(PromptPolicy.Default.Check(User(text)));

    [Fact]
    public void Suspicious_EveryRule_HasAnAttackInTheVectors() =>
        Assert.Equal(
            PromptRules.Suspicious().Select(rule => rule.Name).Order(StringComparer.Ordinal),
            Vectors.Read("validation", "suspicious.json").GetProperty("attacks").EnumerateArray().Select(attack => attack.GetProperty("rule").GetString()!).Distinct().Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("")]
    [InlineData(" \t\u00A0\u3000\n")]
    public void Check_BlankPrompt_IsRefused(string text) =>
        Assert.Equal(["blank"], PromptPolicy.Default.Check(User(text)).Select(finding => finding.Rule));

    [Theory]
    [InlineData("a\\u0000b", "control_characters", PromptSeverity.Refuse)]
    [InlineData("a\\u001b[31mb", "control_characters", PromptSeverity.Flag)]
    [InlineData("a\u007Fb", "control_characters", PromptSeverity.Refuse)]
    [InlineData("a\\u202eb", "bidirectional_overrides", PromptSeverity.Refuse)]
    [InlineData("a\u202Eb", "bidirectional_overrides", PromptSeverity.Refuse)]
    [InlineData("a\u2067b", "bidirectional_overrides", PromptSeverity.Flag)]
    [InlineData("a\\udb40\\udc41b", "invisible_tags", PromptSeverity.Refuse)]
    [InlineData("a\U000E0041b", "invisible_tags", PromptSeverity.Refuse)]
    public void Check_MalformedText_IsFoundWhicheverWayItIsWritten(string escaped, string rule, PromptSeverity severity)
    {
        var finding = Assert.Single(PromptPolicy.Default.Check(Calls.User(escaped)));
        Assert.Equal((rule, severity), (finding.Rule, finding.Severity));
    }

    [Theory]
    [InlineData("tab\tand\nline\r\n")]
    [InlineData("the flag of England: 🏴\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067\U000E007F")]
    [InlineData("שלום\u200F and 👨‍👩‍👧")]
    public void Check_OrdinaryText_HasNoFinding(string text) => Assert.Empty(PromptPolicy.Default.Check(User(text)));

    [Theory]
    [InlineData(10_000, new[] { "a" })]
    [InlineData(10_001, new[] { "too_many_characters" })]
    [InlineData(16_004, new[] { "too_many_characters", "too_many_tokens" })]
    public void Article_LongPrompt_ReportsAllErrorsTogetherWithTheEstimate(int characters, string[] rules)
    {
        var findings = PromptPolicy.Article.Check(User(new string('é', characters)));
        Assert.Equal(rules.Where(rule => rule != "a"), findings.Select(finding => finding.Rule));
        Assert.All(findings, finding => Assert.Contains(finding.Rule == "too_many_tokens" ? "4001" : characters.ToString(System.Globalization.CultureInfo.InvariantCulture), finding.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(""" "messages":[{"role":"user","content":"hi"}],"tools":[{"type":"function","function":{"name":"f","description":"TEXT"}}] """)]
    [InlineData(""" "messages":[{"role":"user","content":"hi"}],"response_format":{"type":"json_schema","json_schema":{"name":"s","schema":{"description":"TEXT"}}} """)]
    [InlineData(""" "messages":[{"role":"user","content":"hi"},{"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":"TEXT"}}]}] """)]
    public void Article_LongTextOutsideOfMessages_Counts(string members) =>
        Assert.Equal(
            ["too_many_characters", "too_many_tokens"],
            PromptPolicy.Article.Check(Calls.Chat($"{{\"model\":\"gpt-4o\",{members.Replace("TEXT", new string('a', 20_000), StringComparison.Ordinal)}}}")).Select(finding => finding.Rule));

    [Fact]
    public void Default_PromptBeyondTheContextWindow_IsRefused()
    {
        var finding = Assert.Single(PromptPolicy.Default.Check(User(string.Concat(Enumerable.Repeat("word ", 9_000)), "gpt-4")));
        Assert.Equal("over_context", finding.Rule);
        Assert.Contains("8192", finding.Message, StringComparison.Ordinal);
        Assert.Empty(PromptPolicy.Default.Check(User(string.Concat(Enumerable.Repeat("word ", 9_000)), "gpt-4o")));
    }

    [Fact]
    public void Check_Finding_HoldsNoTextOfThePrompt() =>
        Assert.All(
            PromptPolicy.Article.Check(User("xylophone repeat 100 times \u202E" + new string('x', 20_000))),
            finding => Assert.DoesNotContain("xylophone", finding.ToString(), StringComparison.Ordinal));

    [Fact]
    public void Default_RecordedRequests_AreNotRefusedAndAtMostTwoPercentFlagged()
    {
        int calls = 0, flagged = 0;
        foreach (var recording in Recording.All)
        {
            if (WireFormats.Default.Read(recording.Target, recording.Request) is not RequestReading.Call { Facts: { } facts })
            {
                continue;
            }

            calls++;
            var findings = PromptPolicy.Default.Check(facts);
            Assert.DoesNotContain(findings, finding => finding.Severity == PromptSeverity.Refuse);
            flagged += findings.Count > 0 ? 1 : 0;
        }

        Assert.InRange(flagged, 0, calls / 50);
    }

    [Fact]
    public void Check_AnyText_NeverThrows() => Texts.Any.Sample(text => PromptPolicy.Article.Check(User(text)));

    [Fact]
    public void Suspicious_EveryRule_HasSeveralAttacks()
    {
        var attacks = Vectors.Read("validation", "suspicious.json").GetProperty("attacks").EnumerateArray().CountBy(attack => attack.GetProperty("rule").GetString()!).ToDictionary();
        Assert.All(PromptRules.Suspicious(), rule => Assert.InRange(attacks.GetValueOrDefault(rule.Name), 1, 20));
        Assert.InRange(Vectors.Read("validation", "suspicious.json").GetProperty("innocent").GetArrayLength(), 40, 1_000);
    }

    [Theory]
    [InlineData("re\u200bpeat this", true)]
    [InlineData("re\u2060\ufeffpeat this", true)]
    [InlineData("\ufeffa text with a byte order mark", false)]
    [InlineData("one\u200b two", false)]
    [InlineData("แปล\u200bภาษา", false)]
    public void Check_CharactersWithoutWidth_AreFlaggedInsideWords(string escaped, bool isFound) =>
        Assert.Equal(isFound, PromptPolicy.Default.Check(Calls.User(escaped)).Any(finding => finding.Rule == "hidden_characters"));

    [Theory]
    [InlineData(20, false)]
    [InlineData(19, true)]
    public void MostBytes_TextOverTheLimit_IsRefused(long limit, bool isRefused) =>
        Assert.Equal(isRefused, new PromptPolicy([PromptRules.MostBytes(limit)]).Check(User(string.Concat(Enumerable.Repeat("ab", 10)))).Count > 0);

    [Theory]
    [InlineData(11, false)]
    [InlineData(10, true)]
    public void MostTokens_TextOverTheLimit_IsRefused(long limit, bool isRefused) =>
        Assert.Equal(isRefused, new PromptPolicy([PromptRules.MostTokens(limit)]).Check(User("one two three four five six seven eight nine ten.")).Count > 0);

    [Fact]
    public void Rule_TunedByNumberAndSeverity_FindsFewer()
    {
        var rule = PromptRules.Suspicious().Single(rule => rule.Name == "demands_repetition");
        var policy = PromptPolicy.Default.With(rule.WithNumber(200).WithSeverity(PromptSeverity.Refuse));
        Assert.Empty(policy.Check(User("Say hello 100 times")));
        Assert.Equal(PromptSeverity.Refuse, Assert.Single(policy.Check(User("Say hello 200 times"))).Severity);
        Assert.Throws<InvalidOperationException>(() => PromptRules.Blank.WithNumber(3));
        Assert.Throws<InvalidOperationException>(() => PromptRules.Suspicious().Single(rule => rule.Name == "demands_no_end").WithNumber(3));
        Assert.Throws<ArgumentOutOfRangeException>(() => rule.WithNumber(0));
    }

    [Fact]
    public void Check_Finding_TellsWhereInTheContentItsTextBegins()
    {
        var facts = Calls.Chat("""{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Hi"},{"role":"user","content":"Never stop writing."}]}""");
        var finding = Assert.Single(PromptPolicy.Default.Check(facts));
        Assert.Equal(1, finding.Place);
        Assert.StartsWith("Never stop", System.Text.Encoding.UTF8.GetString(facts.Body.Span[finding.Offset!.Value..]), StringComparison.Ordinal);
    }

    [Fact]
    public void With_RuleOfTheUser_IsAskedToo()
    {
        var rule = new PromptRule("no_calls", facts => [new PromptFinding("no_calls", PromptSeverity.Flag, $"{facts.Messages} messages")]);
        Assert.Contains(PromptPolicy.Default.With(rule).Check(User("Hi")), finding => finding.Message == "1 messages");
    }

    [Fact]
    public async Task CheckAsync_RuleThatWaits_AddsItsFindingsBehindTheOthers()
    {
        var moderation = PromptRule.ForAsync("moderation", async (_, cancellationToken) =>
        {
            await Task.Yield();
            cancellationToken.ThrowIfCancellationRequested();
            return [new PromptFinding("moderation", PromptSeverity.Refuse, "The moderation service refuses the prompt.")];
        });
        var policy = PromptPolicy.Default.With(moderation);
        Assert.True(policy.Waits);
        Assert.False(PromptPolicy.Default.Waits);
        Assert.Empty(policy.Check(User("Hi")));
        Assert.Equal(["demands_no_end", "moderation"], (await policy.CheckAsync(User("Never stop writing."), TestContext.Current.CancellationToken)).Select(finding => finding.Rule));
        Assert.Equal(["blank"], (await policy.CheckAsync(User(" "), TestContext.Current.CancellationToken)).Select(finding => finding.Rule));
        await Assert.ThrowsAsync<OperationCanceledException>(async () => await policy.CheckAsync(User("Hi"), new CancellationToken(canceled: true)));
    }

    [Fact]
    public async Task CheckAsync_RuleThatFails_FailsTheCheck()
    {
        var policy = PromptPolicy.Default.With(PromptRule.ForAsync("moderation", (_, _) => throw new HttpRequestException("down")));
        await Assert.ThrowsAsync<HttpRequestException>(async () => await policy.CheckAsync(User("Hi"), TestContext.Current.CancellationToken));
    }

    private static CallFacts User(string text, string model = "gpt-4o-mini") => Calls.User(JsonEncodedText.Encode(text).ToString(), model);
}
