using Microsoft.Extensions.Options;
using SafeLlm.Limits;
using SafeLlm.Signing;
using SafeLlm.Tests.Fakes;

namespace SafeLlm.Tests.Options;

public sealed class SafeLlmClientOptionsTests
{
    [Fact]
    public void Validate_Defaults_AreValid() => Assert.True(Validate(new SafeLlmClientOptions()).Succeeded);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Create_WithAHandlerBetweenTheSignatureAndTheConnection_SaysWhereItBelongs(bool isOneOfSeveral)
    {
        var options = new SafeLlmClientOptions();
        if (isOneOfSeveral) options.SigningKeys.Add(new ClientSigningKey(SigningKey.GenerateHmac("k1")));
        else options.SigningKey = SigningKey.GenerateHmac("k1");
        using var connection = new SocketsHttpHandler();
        using var between = new Microsoft.Extensions.Http.Logging.LoggingHttpMessageHandler(Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance) { InnerHandler = connection };

        var error = Assert.Throws<ArgumentException>(() => SafeLlmHandler.Create(options, between));
        Assert.Contains("LoggingHttpMessageHandler would stand between the signature and the connection", error.Message, StringComparison.Ordinal);
        using var unsigned = SafeLlmHandler.Create(new SafeLlmClientOptions(), between);
        Assert.Same(between, unsigned.InnerHandler);
    }

    [Fact]
    public void Validate_AnAliasThatLeadsNowhere_SaysSoAtTheStart()
    {
        var options = new SafeLlmClientOptions { Aliases = { ["ours"] = "gpt-4.l-mini" } };

        Assert.Contains("Aliases: The alias ours leads to gpt-4.l-mini", Assert.Single(Validate(options).Failures!), StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_EverythingWrong_TellsAllAtOnceWithValueAndLimit()
    {
        var options = new SafeLlmClientOptions
        {
            Endpoint = new Uri("ftp://example.com"),
            DefaultMaxOutputTokens = 0,
            MaxOutputTokens = -5,
            MaxAttempts = 11,
            Timeout = TimeSpan.Zero,
            RetryAfterCap = TimeSpan.FromHours(2),
            MaxRequestBytes = 5,
            MaxDollarsPerCall = -1,
            OnUnbounded = (OnUnbounded)9,
            ApiKey = "sk secret value",
        };
        options.SignFor.Add("https://example.com/");
        options.CoveredHeaders.Add("x act");

        var failures = Validate(options).Failures!.ToArray();

        Assert.Equal(12, failures.Length);
        Assert.Contains(failures, error => error.StartsWith("MaxAttempts is 11; it must be between 1 and 10", StringComparison.Ordinal));
        Assert.Contains(failures, error => error.StartsWith("CoveredHeaders has \"x act\"; give the name of a header", StringComparison.Ordinal));
        Assert.Contains(failures, error => error.StartsWith("MaxOutputTokens is -5; it must be between 1 and", StringComparison.Ordinal));
        Assert.Contains(failures, error => error.StartsWith("RetryAfterCap is 02:00:00; it must be between 00:00:00 and 01:00:00", StringComparison.Ordinal));
        Assert.DoesNotContain("sk secret value", string.Concat(failures), StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_AttemptLongerThanTheCall_NamesBothValues()
    {
        var failure = Assert.Single(Validate(new SafeLlmClientOptions { Timeout = TimeSpan.FromSeconds(5), AttemptTimeout = TimeSpan.FromSeconds(9) }).Failures!);

        Assert.Contains("AttemptTimeout is 00:00:09", failure, StringComparison.Ordinal);
        Assert.Contains("Timeout = 00:00:05", failure, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_KeyWithNobodyToSignFor_IsAnError() =>
        Assert.Contains("SignFor", Assert.Single(Validate(new SafeLlmClientOptions { SigningKey = SigningKey.HmacFromBase64("k1", World.Secret) }).Failures!), StringComparison.Ordinal);

    [Theory]
    [InlineData("https://example.com/v1/chat/completions", "/chat/completions")]
    [InlineData("https://example.com/v1/responses/", "/responses")]
    [InlineData("https://example.com/v1/messages", "/v1/messages")]
    public void Validate_EndpointWithItsRoute_IsAnErrorThatNamesIt(string endpoint, string route) =>
        Assert.Contains($"ends in {route}, which is appended", Assert.Single(Validate(new SafeLlmClientOptions { Endpoint = new Uri(endpoint), AllowUnsigned = true }).Failures!), StringComparison.Ordinal);

    [Theory]
    [InlineData("https://user:pass@example.com/v1")]
    [InlineData("https://example.com/v1?key=abc")]
    public void Validate_EndpointWithASecret_IsAnErrorThatDoesNotShowIt(string endpoint)
    {
        var failure = Assert.Single(Validate(new SafeLlmClientOptions { Endpoint = new Uri(endpoint), AllowUnsigned = true }).Failures!);

        Assert.DoesNotContain("pass@", failure, StringComparison.Ordinal);
        Assert.DoesNotContain("abc", failure, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_InvalidOptions_ThrowsWithEveryFailure()
    {
        var invalid = Assert.Throws<OptionsValidationException>(() => SafeLlmHandler.Create(new SafeLlmClientOptions { MaxAttempts = 0, Timeout = TimeSpan.Zero }));

        Assert.Equal(2, invalid.Failures.Count());
    }

    [Fact]
    public void CreateClient_WithoutEndpoint_SaysSo()
    {
        var invalid = Assert.Throws<OptionsValidationException>(() => SafeLlmClient.Create(new SafeLlmClientOptions()));

        Assert.Contains("Endpoint is missing", invalid.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ToString_ShowsNoSecret()
    {
        var options = new SafeLlmClientOptions { Endpoint = new Uri("https://example.com/v1"), ApiKey = "sk-very-secret", SigningKey = SigningKey.HmacFromBase64("k1", World.Secret) };
        options.Limits.Add(Limit.Dollars(10).PerDay());

        var text = options.ToString();

        Assert.Contains("example.com", text, StringComparison.Ordinal);
        Assert.Contains("$10.00", text, StringComparison.Ordinal);
        Assert.DoesNotContain("sk-very-secret", text, StringComparison.Ordinal);
        Assert.DoesNotContain(World.Secret, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Handlers_FromTheSameOptions_ShareTheirLimits()
    {
        var options = new SafeLlmClientOptions();
        options.Limits.Add(Limit.Requests(1).PerMinute());
        var provider = new FakeProvider();
        using var first = new HttpClient(SafeLlmHandler.Create(options, provider));
        using var second = new HttpClient(SafeLlmHandler.Create(options, provider));

        using var response = await first.SendAsync(World.Request(World.Body()), TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<RateLimitedException>(() => second.SendAsync(World.Request(World.Body()), TestContext.Current.CancellationToken));
    }

    private static ValidateOptionsResult Validate(SafeLlmClientOptions options) => new SafeLlmClientOptionsValidator().Validate(null, options);
}
