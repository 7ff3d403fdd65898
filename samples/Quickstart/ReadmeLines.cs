using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
// snippet: usings
using Microsoft.Extensions.DependencyInjection;
using SafeLlm;
using SafeLlm.Limits;
// end

namespace Quickstart;

/// <summary>The lines that README shows. A test holds README to them, so what it shows compiles.</summary>
internal static class ReadmeLines
{
    public static void Register(IServiceCollection services, string key)
    {
        // snippet: register
        services.AddSafeLlmClient(o =>
        {
            o.Endpoint = new("https://api.openai.com/v1");
            o.ApiKey = key;
            o.Limits.Add(Limit.Dollars(10m).PerDay());
        });
        // end
    }

    public static async Task CallAsync(SafeLlmClient llm)
    {
        // snippet: call
        var answer = await llm.GetResponseAsync("gpt-4.1-mini", "Say hello.", maxOutputTokens: 200);   // there is no overload without a bound
        Console.WriteLine($"{answer.Text}  {answer.Usage.OutputTokens} tokens, {answer.Cost}");
        // end
    }

    public static HttpClient Beneath(SafeLlmClientOptions options)
    {
        // snippet: handler
        var http = new HttpClient(SafeLlmHandler.Create(options));
        // end
        return http;
    }

    public static void Serve(WebApplicationBuilder builder, RequestDelegate answer)
    {
        // snippet: server
        builder.Services.AddSafeLlmVerifier(builder.Configuration.GetSection("SafeLlm")).UseSqlite("safellm.db");
        var app = builder.Build();
        app.UseSafeLlm();
        app.MapPost("/v1/chat/completions", answer).RequireSafeLlm();
        // end
    }
}
