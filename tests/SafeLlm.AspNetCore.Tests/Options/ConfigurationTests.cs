using System.Globalization;
using System.Text;
using Microsoft.Extensions.Configuration;
using SafeLlm.Anomalies;
using SafeLlm.Validation;

namespace SafeLlm.AspNetCore.Tests;

public sealed class ConfigurationTests
{
    private static readonly string Secret = TestKeys.Free.ExportBase64();

    [Fact]
    public void Read_EverySetting_ReachesTheOptions()
    {
        var options = Read($$"""
            {
              "VerifySignatures": true,
              "PublicAuthorities": ["api.example.com", "localhost:*"],
              "PublicScheme": "https",
              "PublicPathPrefix": "/llm",
              "KnownProxies": ["10.0.0.1", "192.168.0.0/16"], "ForwardLimit": 2,
              "LockOut": { "FailuresPerMinute": 8, "LongestWait": "00:00:09" },
              "Anomalies": { "Enabled": false, "OnHigh": "RequireOperator", "OnMedium": "slow", "FreezeFor": "01:00:00", "SlowTo": "00:00:05", "RequestFactor": 6.5,
                             "TokenFactor": 4, "CostFactor": 7, "RequestsPerHour": 20, "TokensPerRequest": 600, "DollarsPerDay": 2.5, "TierShare": 0.5, "WarmUp": "2.00:00:00" },
              "RefuseAfterRestart": true, "RateLimitHeaders": false, "WarnBeforeExpiry": "7.00:00:00",
              "Keys": [{ "KeyId": "k1", "Secret": "{{Secret}}", "Client": "c", "User": "u", "Tier": "free",
                         "NotBefore": "2026-01-01T00:00:00Z", "NotAfter": "2027-01-01T00:00:00+01:00", "RevokedAt": "2026-06-01T00:00:00.5Z" }],
              "Tiers": { "FREE": { "RequestsPerMinute": 1, "TokensPerHour": 2, "TokensPerDay": 3, "DollarsPerDay": 0.5, "ConcurrentCalls": 4,
                                   "MaxOutputTokens": 5, "OnOverCap": "refuse", "Models": ["gpt-4o-mini"], "MaxPromptCharacters": 6,
                                   "MaxPromptTokens": 7, "SuspiciousPrompts": "Refuse",
                                   "Pool": { "TokensPerDay": 1000 }, "PerNetwork": { "DollarsPerDay": 2.5 }, "PerTenant": { "TokensPerHour": 8 },
                                   "PerDevice": { "ConcurrentCalls": 9 }, "StopSequences": ["THE END"], "TimeZone": "Europe/Berlin",
                                   "Account": { "Store": true, "Background": true, "SharedIds": ["pmpt_1"], "ServiceTiers": ["priority"],
                                                "HostedTools": { "web_search": { "DollarsPerUse": 0.01, "MostUses": 3 } } } } },
              "IssuedIds": { "MostPerTenant": 500, "KeepFor": "1.00:00:00" },
              "DefaultTier": "FREE",
              "Models": [{ "Model": "m", "InputPerMillion": 1.5, "OutputPerMillion": 2, "IsReasoning": true }],
              "Aliases": { "deployment": "m", "llama3:8b": "m" },
              "MaxBodyBytes": 2048, "MaxUploadsPerKey": 7, "MaxAge": "00:02:00", "FutureSkew": "00:00:05", "CoveredHeaders": ["X-Org"],
              "RetryAfterCap": "00:00:30", "Lease": "00:05:00", "OnMissingUsage": "Floor", "UnsignedTier": "FREE"
            }
            """);

        Assert.Empty(options.ConfigurationErrors);
        Assert.True(new SafeLlmVerifierOptionsValidator().Validate(null, options).Succeeded);
        Assert.Equal(["api.example.com", "localhost:*"], options.PublicAuthorities);
        Assert.Equal(("https", "/llm", "FREE"), (options.PublicScheme, options.PublicPathPrefix, options.DefaultTier));
        var key = Assert.Single(options.Keys);
        Assert.Equal(("k1", "c", "u", "free"), (key.KeyId, key.Client, key.User, key.Tier));
        Assert.Equal(new DateTimeOffset(2026, 12, 31, 23, 0, 0, TimeSpan.Zero), key.NotAfter!.Value.ToUniversalTime());
        Assert.Equal(500, key.RevokedAt!.Value.Millisecond);
        var tier = options.Tiers["free"];
        Assert.Equal((1L, 2L, 3L, 0.5m, 4L, 5L), (tier.RequestsPerMinute, tier.TokensPerHour, tier.TokensPerDay, tier.DollarsPerDay, tier.ConcurrentCalls, tier.MaxOutputTokens));
        Assert.Equal((OverCap.Refuse, 6, 7, PromptSeverity.Refuse, "Europe/Berlin"), (tier.OnOverCap, tier.MaxPromptCharacters, tier.MaxPromptTokens, tier.SuspiciousPrompts, tier.TimeZone));
        Assert.Equal(["gpt-4o-mini"], tier.Models);
        Assert.Equal((1000L, 2.5m), (tier.Pool!.TokensPerDay, tier.PerNetwork!.DollarsPerDay));
        Assert.Equal((8L, 9L, "THE END"), (tier.PerTenant!.TokensPerHour, tier.PerDevice!.ConcurrentCalls, tier.StopSequences[0]));
        Assert.Equal((true, true, "pmpt_1", "priority"), (tier.Account!.Store, tier.Account.Background, tier.Account.SharedIds[0], tier.Account.ServiceTiers[0]));
        Assert.Equal((0.01m, 3), (tier.Account.HostedTools["web_search"].DollarsPerUse, tier.Account.HostedTools["web_search"].MostUses));
        Assert.Equal((500, TimeSpan.FromDays(1)), (options.IssuedIds.MostPerTenant, options.IssuedIds.KeepFor));
        Assert.Equal(["10.0.0.1", "192.168.0.0/16"], options.KnownProxies);
        Assert.Equal((2, 8, TimeSpan.FromSeconds(9)), (options.ForwardLimit, options.LockOut.FailuresPerMinute, options.LockOut.LongestWait));
        var anomalies = options.Anomalies;
        Assert.Equal((false, AnomalyAction.RequireOperator, AnomalyAction.Slow, TimeSpan.FromHours(1), TimeSpan.FromSeconds(5)), (anomalies.Enabled, anomalies.OnHigh, anomalies.OnMedium, anomalies.FreezeFor, anomalies.SlowTo));
        Assert.Equal(
            new AnomalyOptions { OnHigh = AnomalyAction.RequireOperator, OnMedium = AnomalyAction.Slow, RequestFactor = 6.5, TokenFactor = 4, CostFactor = 7, RequestsPerHour = 20, TokensPerRequest = 600, DollarsPerDay = 2.5m, TierShare = 0.5, WarmUp = TimeSpan.FromDays(2) },
            anomalies.ToDetector());
        Assert.Equal((true, false, TimeSpan.FromDays(7)), (options.RefuseAfterRestart, options.RateLimitHeaders, options.WarnBeforeExpiry));
        Assert.Equal((1.5m, true), (options.Models[0].InputPerMillion, options.Models[0].IsReasoning));
        Assert.Equal(["deployment=m", "llama3:8b=m"], options.Aliases.Select(alias => $"{alias.Key}={alias.Value}").Order());
        Assert.Equal((2048L, 7, TimeSpan.FromMinutes(2), TimeSpan.FromSeconds(5)), (options.MaxBodyBytes, options.MaxUploadsPerKey, options.MaxAge, options.FutureSkew!.Value));
        Assert.Equal((TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(5), MissingUsagePolicy.Floor), (options.RetryAfterCap, options.Lease, options.OnMissingUsage));
        Assert.Equal(["X-Org"], options.CoveredHeaders);
    }

    [Fact]
    public void Read_TheArticlesTiersFromTheVector_EqualsThoseInCode()
    {
        var vector = Path.Combine(AppContext.BaseDirectory, "vectors", "article-tiers.json");
        var options = new SafeLlmVerifierOptions();
        VerifierConfigurationReader.Read(new ConfigurationBuilder().AddJsonFile(vector).Build().GetSection("SafeLlm"), options);
        var code = new Dictionary<string, SafeLlmTierOptions>();
        ArticleTiers.AddTo(code);

        Assert.Empty(options.ConfigurationErrors);
        Assert.Equal(code.Keys.Order(), options.Tiers.Keys.Order());
        foreach (var (name, tier) in code) Assert.Equivalent(tier, options.Tiers[name], strict: true);
    }

    [Theory]
    [InlineData("""{ "Tiers": { "A": { "MaxOutputToken": 5 } } }""", "S:Tiers:A:MaxOutputToken is no setting")]
    [InlineData("""{ "Tiers": { "A": { } } }""", "S:Tiers:A is a single value")]
    [InlineData("""{ "Tiers": { "A": { "RequestsPerMinute": 5 } } }""", "S:Tiers:A:MaxOutputTokens is missing")]
    [InlineData("""{ "Tiers": { "A": { "MaxOutputTokens": 0 } } }""", "S:Tiers:A:MaxOutputTokens is 0; give 1 to 10000000")]
    [InlineData("""{ "Tiers": { "A": { "MaxOutputTokens": 1, "Account": { "HostedTools": { "web_search": { "MostUses": 2 } } } } } }""", "S:Tiers:A:Account:HostedTools:web_search:DollarsPerUse is missing")]
    [InlineData("""{ "Tiers": { "A": { "MaxOutputTokens": 1, "DollarsPerDay": -1 } } }""", "S:Tiers:A:DollarsPerDay is -1")]
    [InlineData("""{ "Tiers": { "A": { "MaxOutputTokens": 1, "DollarsPerDay": "1,5" } } }""", "S:Tiers:A:DollarsPerDay is \"1,5\"")]
    [InlineData("""{ "Tiers": { "A": { "MaxOutputTokens": 1, "TimeZone": "Mars" } } }""", "S:Tiers:A:TimeZone is \"Mars\"")]
    [InlineData("""{ "Tiers": { "A": { "MaxOutputTokens": 1, "OnOverCap": "1" } } }""", "S:Tiers:A:OnOverCap is \"1\"; give one of Clamp, Refuse")]
    [InlineData("""{ "Tiers": "A" }""", "S:Tiers is a single value")]
    [InlineData("""{ "MaxAge": "10" }""", "S:MaxAge is \"10\"")]
    [InlineData("""{ "MaxAge": "01:00:00" }""", "S:MaxAge is 01:00:00; give 00:00:01 to 00:05:00")]
    [InlineData("""{ "VerifySignatures": "no" }""", "S:VerifySignatures is \"no\"")]
    [InlineData("""{ "VerifySignatures": false }""", "S:UnsignedTier is missing")]
    [InlineData("""{ "DefaultTier": "GOLD" }""", "S:DefaultTier is \"GOLD\", which is no tier; there are none")]
    [InlineData("""{ "MaxBodyBytes": { "A": 1 } }""", "S:MaxBodyBytes has parts")]
    [InlineData("""{ "Aliases": { "ours": "gpt-4.l-mini" } }""", "S:Aliases: The alias ours leads to gpt-4.l-mini")]
    [InlineData("""{ "MaxUploadsPerKey": 0 }""", "S:MaxUploadsPerKey is 0; give 1 to 100000")]
    [InlineData("""{ "PublicPathPrefix": "llm/" }""", "S:PublicPathPrefix is \"llm/\"")]
    [InlineData("""{ "PublicScheme": "ftp" }""", "S:PublicScheme is \"ftp\"")]
    [InlineData("""{ "KnownProxies": ["proxy.example.com"] }""", "S:KnownProxies:0 is \"proxy.example.com\"")]
    [InlineData("""{ "ForwardLimit": 0 }""", "S:ForwardLimit is 0; give 1 to 10")]
    [InlineData("""{ "LockOut": { "LongestWait": "00:00:00" } }""", "S:LockOut:LongestWait is 00:00:00")]
    [InlineData("""{ "LockOut": { "Failures": 3 } }""", "S:LockOut:Failures is no setting")]
    [InlineData("""{ "Tiers": { "A": { "MaxOutputTokens": 1, "Pool": { "TokensPerDay": -1 } } } }""", "S:Tiers:A:Pool:TokensPerDay is -1")]
    [InlineData("""{ "Models": [{ "Model": "m", "InputPerMillion": 1 }] }""", "S:Models:0 needs Model")]
    [InlineData("""{ "Keys": [{ "KeyId": "k" }] }""", "S:Keys:0 has no secret")]
    [InlineData("""{ "Keys": [{ "KeyId": "k", "NotAfter": "2026-01-01T00:00:00" }] }""", "S:Keys:0:NotAfter is \"2026-01-01T00:00:00\"")]
    [InlineData("""{ "Keys": [{ "KeyId": "k", "SecretFile": "/nowhere/at/all" }] }""", "S:Keys:0:SecretFile is \"/nowhere/at/all\", and it cannot be read")]
    [InlineData("""{ "Keys": [{ "KeyId": "k", "SecretEnvironmentVariable": "SAFELLM_TESTS_UNSET" }] }""", "S:Keys:0:SecretEnvironmentVariable is \"SAFELLM_TESTS_UNSET\"")]
    [InlineData("""{ "Keys": [{ "KeyId": "k", "Secret": "not base64 at all!" }] }""", "S:Keys:0")]
    [InlineData("""{ "Keys": [{ "KeyId": "k", "Secret": "c2hvcnQ=" }] }""", "safellm keys new")]
    [InlineData("""{ "Keys": ["abc", { "KeyId": "k", "Secret": "SECRET", "Tier": "NOPE" }] }""", "S:Keys:1:Tier is \"NOPE\"")]
    [InlineData("""{ "Keys": [{ "KeyId": "k", "Endpoints": ["v1/chat/completions"] }] }""", "S:Keys:0:Endpoints has \"v1/chat/completions\"")]
    [InlineData("""{ "Keys": [{ "KeyId": "k", "Client": "" }] }""", "S:Keys:0:Client is empty; give a name, or leave it out.")]
    [InlineData("""{ "Keys": [{ "KeyId": "k", "User": " " }] }""", "S:Keys:0:User is empty")]
    [InlineData("""{ "Keys": [{ "KeyId": "k", "Tenant": "" }] }""", "S:Keys:0:Tenant is empty")]
    [InlineData("""{ "Keys": [{ "KeyId": "k", "Device": "a\nb" }] }""", "S:Keys:0:Device has a control character (U+000A)")]
    [InlineData("""{ "Keys": [{ "KeyId": "k", "Endpoints": [""] }] }""", "S:Keys:0:Endpoints:0 is empty")]
    [InlineData("""{ "Keys": [{ "KeyId": "k", "Endpoints": [" "] }] }""", "S:Keys:0:Endpoints has an entry that is empty")]
    [InlineData("""{ "Keys": [{ "KeyId": "k", "Models": ["gpt-4o", " "] }] }""", "S:Keys:0:Models has an entry that is empty")]
    [InlineData("""{ "PublicAuthorities": ["https://x/y", "", "a b"] }""", "S:PublicAuthorities:2 is \"a b\"")]
    [InlineData("""{ "KnownProxies": ["", "proxy.example.com"] }""", "S:KnownProxies:1 is \"proxy.example.com\"")]
    [InlineData("""{ "CoveredHeaders": ["", "x act"] }""", "S:CoveredHeaders:1 is \"x act\"")]
    [InlineData("""{ "Tiers": { "A": { "MaxOutputTokens": 1, "RequestsPerMinute": 99999999999999999999 } } }""", "is \"99999999999999999999\"; give a whole number from -9223372036854775808 to 9223372036854775807")]
    [InlineData("""{ "Tiers": { "A": { "MaxOutputTokens": 1, "RequestsPerMinute": "1x" } } }""", "is \"1x\"; give a whole number.")]
    [InlineData("""{ "PublicAuthorities": [] }""", "S:PublicAuthorities is empty")]
    [InlineData("""{ "CoveredHeaders": ["x-act-as", "x act"] }""", "S:CoveredHeaders:1 is \"x act\"; give the name of a header")]
    public void Read_AWrongSetting_IsToldWithItsPath(string json, string expected)
    {
        var result = new SafeLlmVerifierOptionsValidator().Validate(null, Read(json));

        Assert.Contains(result.Failures!, failure => failure.Contains(expected, StringComparison.Ordinal));
        Assert.DoesNotContain("not base64 at all!", string.Join('\n', result.Failures!), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_AMissingSection_IsAnError()
    {
        var options = new SafeLlmVerifierOptions();

        VerifierConfigurationReader.Read(new ConfigurationBuilder().Build().GetSection("SaveLlm"), options);

        Assert.Contains("The section SaveLlm is missing or empty", Assert.Single(options.ConfigurationErrors), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_UnderAForeignCulture_ReadsTheSameNumbers()
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("de-DE");

            Assert.Equal(0.5m, Read("""{ "Tiers": { "A": { "MaxOutputTokens": 1, "DollarsPerDay": 0.5 } } }""").Tiers["A"].DollarsPerDay);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Load_ASecretFromAFile_TrimsItAndMakesTheKey()
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, Secret + "\n");
            var errors = new List<string>();

            var key = KeySecret.Load(new SafeLlmKeyOptions { KeyId = "k1", SecretFile = file }, [], "Keys:0", errors);

            Assert.Empty(errors);
            Assert.Equal(Secret, key!.ExportBase64());
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Load_ASecretThatIsNone_NamesWhereItIs()
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "hunter2 is no key");
            var errors = new List<string>();

            Assert.Null(KeySecret.Load(new SafeLlmKeyOptions { KeyId = "k1", SecretFile = file }, [], "Keys:0", errors));

            var error = Assert.Single(errors);
            Assert.StartsWith($"Keys:0:SecretFile is \"{file}\": ", error, StringComparison.Ordinal);
            Assert.EndsWith("\"safellm keys new\" makes one.", error, StringComparison.Ordinal);
            Assert.DoesNotContain("Parameter", error, StringComparison.Ordinal);
            Assert.DoesNotContain("hunter2", error, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Load_TwoKeysOfOneName_IsAnError()
    {
        var options = new SafeLlmVerifierOptions();
        options.Keys.Add(TestKeys.Options(TestKeys.Free, "FREE"));
        options.Keys.Add(TestKeys.Options(TestKeys.Free, "FREE"));
        var errors = new List<string>();

        KeyRing.Load(options, errors);

        Assert.Contains("Keys:1:KeyId is \"k-free\"", Assert.Single(errors), StringComparison.Ordinal);
    }

    private static SafeLlmVerifierOptions Read(string json)
    {
        var options = new SafeLlmVerifierOptions();
        var configuration = new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes($$"""{ "S": {{json}} }"""))).Build();
        VerifierConfigurationReader.Read(configuration.GetSection("S"), options);
        return options;
    }
}
