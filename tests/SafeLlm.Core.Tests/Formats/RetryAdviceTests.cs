using System.Globalization;
using System.Text;
using SafeLlm.Formats;

namespace SafeLlm.Tests.Formats;

public sealed class RetryAdviceTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(429, "retry-after: 2", "", RetryKind.Unbilled, 2000d, null)]
    [InlineData(429, "retry-after: 1.5", "", RetryKind.Unbilled, 1500d, null)]
    [InlineData(429, "retry-after: Mon, 23 Nov 2026 12:00:30 GMT", "", RetryKind.Unbilled, 30000d, null)]
    [InlineData(429, "retry-after: Mon, 23 Nov 2026 11:00:30 GMT", "", RetryKind.Unbilled, 0d, null)]
    [InlineData(429, "retry-after: Monday, 23-Nov-26 12:00:30 GMT", "", RetryKind.Unbilled, 30000d, null)]
    [InlineData(429, "retry-after: Mon Nov 23 12:00:30 2026", "", RetryKind.Unbilled, 30000d, null)]
    [InlineData(429, "retry-after: 12:30", "", RetryKind.Unbilled, null, null)]
    [InlineData(429, "retry-after: 23.11.2026", "", RetryKind.Unbilled, null, null)]
    [InlineData(429, "retry-after: 1,5", "", RetryKind.Unbilled, null, null)]
    [InlineData(429, "retry-after: Infinity", "", RetryKind.Unbilled, null, null)]
    [InlineData(429, "retry-after: NaN", "", RetryKind.Unbilled, null, null)]
    [InlineData(429, "anthropic-ratelimit-requests-remaining: 0|anthropic-ratelimit-requests-reset: 2026-11-23T13:00:01.5+01:00", "", RetryKind.Unbilled, 1500d, null)]
    [InlineData(429, "retry-after: soon", "", RetryKind.Unbilled, null, null)]
    [InlineData(429, "retry-after: -1", "", RetryKind.Unbilled, null, null)]
    [InlineData(429, "retry-after: 9|retry-after-ms: 250.5", "", RetryKind.Unbilled, 250.5, null)]
    [InlineData(429, "retry-after: 9|x-ms-retry-after-ms: 40", "", RetryKind.Unbilled, 40d, null)]
    [InlineData(503, "", "", RetryKind.Unbilled, null, null)]
    [InlineData(429, "x-ratelimit-remaining-requests: 0|x-ratelimit-reset-requests: 6m0s|x-ratelimit-remaining-tokens: 9|x-ratelimit-reset-tokens: 9ms", "", RetryKind.Unbilled, 360000d, null)]
    [InlineData(429, "x-ratelimit-reset-requests: 1h2m3.5s", "", RetryKind.Unbilled, 3723500d, null)]
    [InlineData(429, "x-ratelimit-reset-tokens: 7", "", RetryKind.Unbilled, 7000d, null)]
    [InlineData(429, "x-ratelimit-reset-tokens: -1", "", RetryKind.Unbilled, null, null)]
    [InlineData(429, "x-ratelimit-remaining-tokens: 5|x-ratelimit-reset-tokens: 9s", "", RetryKind.Unbilled, null, null)]
    [InlineData(429, "anthropic-ratelimit-tokens-remaining: 0|anthropic-ratelimit-tokens-reset: 2026-11-23T12:00:10Z", "", RetryKind.Unbilled, 10000d, null)]
    [InlineData(429, "anthropic-ratelimit-unified-reset: 1795435210", "", RetryKind.Unbilled, 10000d, null)]
    [InlineData(429, "x-ratelimit-reset: 1795435205000", "", RetryKind.Unbilled, 5000d, null)]
    [InlineData(429, "", """{"error":{"message":"Rate limit reached. Please try again in 20ms. Visit x.","type":"tokens","code":"rate_limit_exceeded"}}""", RetryKind.Unbilled, 20d, "rate_limit_exceeded")]
    [InlineData(429, "", """{"error":{"message":"Please try again in 6m0s.","code":"rate_limit_exceeded"}}""", RetryKind.Unbilled, 360000d, "rate_limit_exceeded")]
    [InlineData(429, "", """{"error":{"message":"Please try again in 7.66s.","code":"rate_limit_exceeded"}}""", RetryKind.Unbilled, 7660d, "rate_limit_exceeded")]
    [InlineData(429, "", """{"error":{"code":"429","message":"Requests have exceeded token rate limit of your current OpenAI S0 pricing tier. Please retry after 51 seconds."}}""", RetryKind.Unbilled, 51000d, "429")]
    [InlineData(429, "", """{"error":{"message":"Limit 200 on requests per day (RPD). Please try again in 7m12s.","code":"rate_limit_exceeded"}}""", RetryKind.Fatal, 432000d, "rate_limit_exceeded")]
    [InlineData(429, "", """{"error":{"message":"You exceeded your current quota","type":"insufficient_quota","code":"insufficient_quota"}}""", RetryKind.Fatal, null, "insufficient_quota")]
    [InlineData(429, "", """{"error":{"code":429,"status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"38.5s"}]}}""", RetryKind.Unbilled, 38500d, "RESOURCE_EXHAUSTED")]
    [InlineData(429, "", """[{"error":{"code":429,"status":"RESOURCE_EXHAUSTED","details":[{"violations":[{"quotaId":"GenerateRequestsPerDayPerProject"}]},{"retryDelay":"3s"}]}}]""", RetryKind.Fatal, 3000d, "RESOURCE_EXHAUSTED")]
    [InlineData(400, "", """{"error":{"code":"context_length_exceeded"}}""", RetryKind.Fatal, null, "context_length_exceeded")]
    [InlineData(401, "", "", RetryKind.Fatal, null, null)]
    [InlineData(408, "", "", RetryKind.PossiblyBilled, null, null)]
    [InlineData(409, "", "", RetryKind.PossiblyBilled, null, null)]
    [InlineData(500, "", "no json", RetryKind.PossiblyBilled, null, null)]
    [InlineData(529, "", """{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}""", RetryKind.PossiblyBilled, null, "overloaded_error")]
    [InlineData(500, "x-should-retry: false", "", RetryKind.Fatal, null, null)]
    [InlineData(400, "x-should-retry: true", "", RetryKind.PossiblyBilled, null, null)]
    [InlineData(200, "retry-after: 2", "", RetryKind.None, null, null)]
    [InlineData(200, "", """{"choices":[]}""", RetryKind.None, null, null)]
    [InlineData(200, "", "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n", RetryKind.PossiblyBilled, null, "overloaded_error")]
    [InlineData(200, "", """{"error":{"type":"overloaded_error"}}""", RetryKind.PossiblyBilled, null, "overloaded_error")]
    [InlineData(200, "", """{"error":{"type":"tool_use_failed"}}""", RetryKind.Fatal, null, "tool_use_failed")]
    // The error stands under "error", in an array, in OpenAI's "response", beside a part of the answer, or is the whole event.
    [InlineData(200, "", """[{"error":{"code":503,"status":"UNAVAILABLE","details":[{"retryDelay":"3s"}]}}]""", RetryKind.PossiblyBilled, 3000d, "UNAVAILABLE")]
    [InlineData(200, "", """{"type":"response.failed","response":{"status":"failed","error":{"code":"server_error","message":"Please try again in 2s."}}}""", RetryKind.PossiblyBilled, 2000d, "server_error")]
    [InlineData(200, "", """{"code":"rate_limit_exceeded","message":"Please try again in 2s.","type":"error"}""", RetryKind.PossiblyBilled, 2000d, "rate_limit_exceeded")]
    [InlineData(200, "", """{"type":"error","error":null,"code":"server_error"}""", RetryKind.PossiblyBilled, null, "server_error")]
    [InlineData(200, "", """{"object":"error","message":"Overloaded","type":"overloaded","code":503}""", RetryKind.PossiblyBilled, null, "overloaded")]
    [InlineData(200, "", """{"id":"c","choices":[],"error":{"code":502,"message":"Upstream"}}""", RetryKind.PossiblyBilled, null, "502")]
    [InlineData(200, "", """{"error":"no such model"}""", RetryKind.Fatal, null, null)]
    // What the caller sent is told again, and is no error.
    [InlineData(200, "", """{"type":"response.created","response":{"status":"in_progress","error":null,"metadata":{"code":"503"}}}""", RetryKind.None, null, null)]
    [InlineData(200, "", """{"type":"response.created","response":{"metadata":{"error":"overloaded_error","code":"503","type":"error"},"error":null}}""", RetryKind.None, null, null)]
    [InlineData(200, "", """{"type":"response.created","response":{"error":false,"tools":[{"parameters":{"properties":{"error":{"type":"overloaded_error"}}}}]}}""", RetryKind.None, null, null)]
    [InlineData(200, "", """{"choices":[{"delta":{"content":"{\"error\":{\"code\":503}}"}}],"error":null,"code":"503"}""", RetryKind.None, null, null)]
    [InlineData(200, "", """{"metadata":{"code":"503"},"error":{"type":"tool_use_failed"}}""", RetryKind.Fatal, null, "tool_use_failed")]
    [InlineData(500, "retry-after: 99999999999999999999", "", RetryKind.PossiblyBilled, 366d * 24 * 3600 * 1000, null)]
    [InlineData(500, "", """{"error":{"code":"server_err""", RetryKind.PossiblyBilled, null, null)]
    public void Advice_OfResponse_IsAsTheProviderSaidInEveryCulture(int status, string headers, string body, RetryKind kind, double? afterMilliseconds, string? code)
    {
        var lines = headers.Split('|', StringSplitOptions.RemoveEmptyEntries).ToDictionary(line => line[..line.IndexOf(':')], line => line[(line.IndexOf(':') + 1)..].Trim());
        var head = new ResponseHead(status, "application/json", null, name => lines.GetValueOrDefault(name));
        var before = CultureInfo.CurrentCulture;
        foreach (var culture in new[] { "", "de-DE", "tr-TR" })
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
            try
            {
                var advice = WireFormats.ReadRetryAdvice(head, Encoding.UTF8.GetBytes(body), Now);
                Assert.Equal(kind, advice.Kind);
                Assert.Equal(afterMilliseconds, advice.After?.TotalMilliseconds);
                Assert.Equal(code, advice.Code);
            }
            finally
            {
                CultureInfo.CurrentCulture = before;
            }
        }
    }
    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("deflate, bare")]
    [InlineData("br")]
    public void Advice_OfACompressedError_IsWhatItSays(string coding)
    {
        // Few bytes that stand for many: what the error says stands in the first of them.
        var body = Encoding.UTF8.GetBytes("""{"error":{"code":"insufficient_quota","message":"x""" + new string('x', 10_000_000) + "\"}}");
        var head = new ResponseHead(429, "application/json", coding.Split(',')[0], _ => null);

        foreach (var length in new[] { 300, body.Length })
        {
            var encoded = Codings.Encode(body[..length], coding);
            Assert.Equal((RetryKind.Fatal, "insufficient_quota"), Told(encoded));
            // It may be cut.
            Assert.Equal((RetryKind.Fatal, "insufficient_quota"), Told(encoded[..^3]));
        }

        // What somebody on the way has decompressed may still be called gzip.
        if (coding == "gzip") Assert.Equal((RetryKind.Fatal, "insufficient_quota"), Told(body));

        (RetryKind, string?) Told(byte[] content)
        {
            var advice = WireFormats.ReadRetryAdvice(head, content, Now);
            return (advice.Kind, advice.Code);
        }
    }

    [Fact]
    public void Advice_OfAnUnknownCoding_IsTheStatus() =>
        Assert.Equal(RetryKind.Unbilled, WireFormats.ReadRetryAdvice(new ResponseHead(429, null, "zstd", _ => null), [1, 2, 3], Now).Kind);
}
