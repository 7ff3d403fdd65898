using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace SafeLlm.Dashboard;

/// <summary>Answers the page's questions for numbers.</summary>
internal sealed class LiveEndpoint(LiveData data)
{
    public async Task WriteAsync(HttpContext context)
    {
        var json = await data.ReadAsync(context.RequestAborted);
        context.Response.Headers[HeaderNames.ContentType] = "application/json; charset=utf-8";
        context.Response.ContentLength = json.Length;
        await context.Response.Body.WriteAsync(json, context.RequestAborted);
    }
}
