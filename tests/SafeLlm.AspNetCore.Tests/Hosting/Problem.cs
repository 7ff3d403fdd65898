using System.Text.Json;

namespace SafeLlm.AspNetCore.Tests;

/// <summary>A refusal as it arrived.</summary>
internal sealed record Problem(HttpResponseMessage Response, JsonElement Json)
{
    public int Status => (int)Response.StatusCode;

    public string Code => Json.GetProperty("code").GetString()!;

    public string Detail => Json.GetProperty("detail").GetString()!;

    public string? RetryAfter => Response.Headers.TryGetValues("Retry-After", out var values) ? values.Single() : null;

    public bool Has(string member) => Json.TryGetProperty(member, out _);

    public static async Task<Problem> ReadAsync(HttpResponseMessage response)
    {
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var problem = new Problem(response, JsonDocument.Parse(text).RootElement);
        Assert.Equal(problem.Status, problem.Json.GetProperty("status").GetInt32());
        return problem;
    }
}
