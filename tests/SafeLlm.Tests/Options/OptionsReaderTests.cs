using Microsoft.Extensions.Configuration;
using SafeLlm.Limits;
using SafeLlm.Pricing;
using SafeLlm.Tests.Fakes;

namespace SafeLlm.Tests.Options;

public sealed class OptionsReaderTests
{
    [Fact]
    public void Read_EveryField_IsTaken()
    {
        var options = Read(
            ("Endpoint", "https://gateway.example.com/v1"), ("ApiKey", "sk-1"),
            ("SigningKey:KeyId", "k1"), ("SigningKey:Secret", World.Secret), ("SignFor:0", "b.example.com"), ("CoveredHeaders:0", "X-Act-As"),
            ("Limits:0:Dollars", "12.50"), ("Limits:0:Per", "day"), ("Limits:0:TimeZone", "Europe/Berlin"), ("Limits:0:Scope", "team:a"),
            ("Limits:1:ConcurrentCalls", "4"), ("Limits:2:OutputTokens", "1000"), ("Limits:2:Per", "Minute"),
            ("MaxDollarsPerCall", "0.25"), ("DefaultMaxOutputTokens", "100"), ("DefaultMaxReasoningOutputTokens", "200"), ("MaxOutputTokens", "300"),
            ("ReasoningFloor", "50"), ("OnUnbounded", "refuse"), ("OnMissingUsage", "Floor"), ("AllowUnsigned", "true"), ("AllowUnpriced", "true"),
            ("MaxAttempts", "2"), ("Timeout", "00:01:00"), ("AttemptTimeout", "00:00:10"), ("RetryAfterCap", "00:00:20"), ("MaxRequestBytes", "5000"),
            ("Models:0:Model", "mine"), ("Models:0:InputPerMillion", "1.5"), ("Models:0:OutputPerMillion", "6"), ("Models:0:IsReasoning", "true"),
            ("Aliases:my-deployment", "gpt-4.1-mini"), ("Aliases:llama3:8b", "mine"), ("Aliases:anthropic.claude-x-v1:0", "gpt-4.1"));

        Assert.Empty(options.ConfigurationErrors);
        Assert.Equal("https://gateway.example.com/v1", options.Endpoint!.AbsoluteUri);
        Assert.Equal("sk-1", options.ApiKey);
        Assert.Equal("k1", options.SigningKey!.KeyId);
        Assert.Contains("b.example.com", options.SignFor);
        Assert.Equal(["X-Act-As"], options.CoveredHeaders);
        Assert.Equal(
            [Limit.Dollars(12.5m).PerDay(TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin")).For("team:a"), Limit.ConcurrentCalls(4), Limit.OutputTokens(1000).PerMinute()],
            options.Limits);
        Assert.Equal(0.25m, options.MaxDollarsPerCall);
        Assert.Equal((100, 200, 300, 50), (options.DefaultMaxOutputTokens, options.DefaultMaxReasoningOutputTokens, options.MaxOutputTokens, options.ReasoningFloor));
        Assert.Equal((OnUnbounded.Refuse, OnMissingUsage.Floor, true, true), (options.OnUnbounded, options.OnMissingUsage, options.AllowUnsigned, options.AllowUnpriced));
        Assert.Equal((2, TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(20), 5000L), (options.MaxAttempts, options.Timeout, options.AttemptTimeout, options.RetryAfterCap, options.MaxRequestBytes));
        Assert.Equal(("mine", 1.5m, 6m, true), (options.Models[0].Model, options.Models[0].InputPerMillion, options.Models[0].OutputPerMillion, options.Models[0].IsReasoning));
        Assert.Equal(("gpt-4.1-mini", "mine", "gpt-4.1"), (options.Aliases["my-deployment"], options.Aliases["llama3:8b"], options.Aliases["anthropic.claude-x-v1:0"]));
        Assert.Equal(3, options.Aliases.Count);
    }

    [Fact]
    public void Read_HostedTools_AreTakenByTheirNames()
    {
        var options = Read(("HostedTools:web_search:DollarsPerUse", "0.01"), ("HostedTools:web_search:MostUses", "5"), ("HostedTools:mcp:DollarsPerUse", "0"));

        Assert.Empty(options.ConfigurationErrors);
        Assert.Equal([new HostedToolPrice("mcp", 0m), new HostedToolPrice("web_search", 0.01m) { MostUses = 5 }], options.HostedTools.OrderBy(tool => tool.Name, StringComparer.Ordinal));
        Assert.Contains(Read(("HostedTools:web_search:MostUses", "5")).ConfigurationErrors, error => error.Contains("HostedTools:web_search:DollarsPerUse is missing", StringComparison.Ordinal));
        Assert.Contains(Read(("HostedTools:web_search:Dollars", "5")).ConfigurationErrors, error => error.Contains("HostedTools:web_search:Dollars", StringComparison.Ordinal));
    }

    [Fact]
    public void Validate_HostedToolsOutOfRange_TellsEachWithItsLimits()
    {
        var options = new SafeLlmClientOptions { HostedTools = { new HostedToolPrice("web_search", -1m) { MostUses = 0 }, new HostedToolPrice("", 0m) } };

        var failures = new SafeLlmClientOptionsValidator().Validate(null, options).Failures!.ToList();

        Assert.Contains(failures, failure => failure.Contains("HostedTools:web_search:DollarsPerUse is -1; it must be between 0 and 1,000 dollars", StringComparison.Ordinal));
        Assert.Contains(failures, failure => failure.Contains("HostedTools:web_search:MostUses is 0; it must be between 1 and 1,000 uses", StringComparison.Ordinal));
        Assert.Contains(failures, failure => failure.Contains("a tool without a name", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("MaxOuputTokens", "100", "SafeLlm:MaxOuputTokens")]
    [InlineData("Limits:0:Dollar", "5", "SafeLlm:Limits:0:Dollar")]
    [InlineData("SigningKey:Sekret", "x", "SafeLlm:SigningKey:Sekret")]
    [InlineData("Models:0:Price", "1", "SafeLlm:Models:0:Price")]
    [InlineData("Limits", "10", "SafeLlm:Limits")]
    [InlineData("ApiKey:Value", "sk-1", "SafeLlm:ApiKey")]
    public void Read_FieldThatIsNotKnown_IsAnErrorThatNamesIt(string path, string value, string named)
    {
        var options = Read((path, value));

        Assert.Contains(options.ConfigurationErrors, error => error.Contains(named, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("MaxAttempts", "three")]
    [InlineData("Timeout", "10")]
    [InlineData("AllowUnsigned", "yes")]
    [InlineData("OnUnbounded", "1")]
    [InlineData("MaxDollarsPerCall", "1,5")]
    [InlineData("Endpoint", "api.openai.com")]
    public void Read_ValueOfTheWrongKind_IsAnErrorWithTheValue(string path, string value)
    {
        var options = Read((path, value));

        Assert.Contains(options.ConfigurationErrors, error => error.Contains($"SafeLlm:{path} is \"{value}\"", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Dollars", "-1")]
    [InlineData("Dollars", "10000000")]
    [InlineData("Tokens", "1.5")]
    [InlineData("Tokens", "99999999999999999")]
    public void Read_LimitOutOfRange_IsAnErrorThatNamesIt(string dimension, string value)
    {
        var options = Read(($"Limits:0:{dimension}", value), ("Limits:0:Per", "day"));

        Assert.Empty(options.Limits);
        Assert.Contains(options.ConfigurationErrors, error => error.Contains($"SafeLlm:Limits:0:{dimension} is \"{value}\"", StringComparison.Ordinal));
    }

    [Fact]
    public void Read_LimitWithoutItsParts_IsAnError()
    {
        var options = Read(("Limits:0:Dollars", "1"), ("Limits:1:Per", "day"), ("Limits:2:Dollars", "1"), ("Limits:2:Tokens", "1"), ("Limits:2:Per", "day"), ("Limits:3:Dollars", "1"), ("Limits:3:Per", "day"), ("Limits:3:TimeZone", "Mars/Olympus"));

        Assert.Empty(options.Limits);
        Assert.Equal(4, options.ConfigurationErrors.Count);
    }

    [Fact]
    public void Read_SecretsFromFiles_AreTaken()
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "sk-from-file\n");
            Assert.Equal("sk-from-file", Read(("ApiKeyFile", file)).ApiKey);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("ApiKeyFile", "/nowhere/key")]
    [InlineData("ApiKeyEnvironmentVariable", "SAFELLM_NO_SUCH_VARIABLE")]
    public void Read_SecretThatIsNotThere_IsAnErrorThatNamesThePlace(string path, string value)
    {
        var options = Read((path, value));

        Assert.Null(options.ApiKey);
        Assert.Contains(options.ConfigurationErrors, error => error.Contains(value, StringComparison.Ordinal));
    }

    [Fact]
    public void Read_SecretGivenTwice_IsAnErrorWithoutTheSecret()
    {
        var options = Read(("ApiKey", "sk-very-secret"), ("ApiKeyEnvironmentVariable", "X"));

        Assert.DoesNotContain("sk-very-secret", string.Concat(options.ConfigurationErrors), StringComparison.Ordinal);
        Assert.Single(options.ConfigurationErrors);
    }

    [Fact]
    public void Read_BadSigningSecret_IsAnErrorWithoutTheSecret()
    {
        var options = Read(("SigningKey:KeyId", "k1"), ("SigningKey:Secret", "too-short-secret"));

        Assert.Null(options.SigningKey);
        Assert.Single(options.ConfigurationErrors);
        Assert.DoesNotContain("too-short-secret", options.ConfigurationErrors[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NoSection_IsAnError() => Assert.Single(Read().ConfigurationErrors);

    private static SafeLlmClientOptions Read(params (string Path, string Value)[] fields)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(fields.ToDictionary(field => $"SafeLlm:{field.Path}", field => (string?)field.Value))
            .Build();
        var options = new SafeLlmClientOptions();
        OptionsReader.Read(configuration.GetSection("SafeLlm"), options);
        return options;
    }
}
