using System.Net.Http.Headers;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace SafeLlm.EndToEnd.Tests;

/// <summary>What stands behind the verifier: passes a call on to the provider with the operator's key, and its answer back as it comes.</summary>
internal sealed class Forwarder(Uri provider) : IDisposable
{
    private readonly HttpClient http = new() { Timeout = Timeout.InfiniteTimeSpan };

    public async Task ForwardAsync(HttpContext context)
    {
        var gone = context.RequestAborted;
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), new Uri(provider, context.Request.Path + context.Request.QueryString));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Secrets.ProviderKey);
        if (context.Request.ContentLength is > 0)
        {
            request.Content = new StreamContent(context.Request.Body);
            request.Content.Headers.ContentLength = context.Request.ContentLength;
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(context.Request.ContentType!);
        }

        HttpResponseMessage response;
        try
        {
            response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, gone);
        }
        catch (HttpRequestException)
        {
            context.Response.StatusCode = StatusCodes.Status502BadGateway;
            return;
        }

        using (response)
        {
            await AnswerAsync(context, response, gone);
        }
    }

    public void Dispose() => http.Dispose();

    private static async Task AnswerAsync(HttpContext context, HttpResponseMessage response, CancellationToken gone)
    {
        context.Response.StatusCode = (int)response.StatusCode;
        context.Response.ContentType = response.Content.Headers.ContentType?.ToString();
        context.Response.ContentLength = response.Content.Headers.ContentLength;
        foreach (var name in (string[])["retry-after", "retry-after-ms"])
        {
            if (response.Headers.TryGetValues(name, out var values)) context.Response.Headers[name] = values.ToArray();
        }

        try
        {
            await using var content = await response.Content.ReadAsStreamAsync(gone);
            var buffer = new byte[4096];
            while (await content.ReadAsync(buffer, gone) is > 0 and var read)
            {
                await context.Response.Body.WriteAsync(buffer.AsMemory(0, read), gone);
                await context.Response.Body.FlushAsync(gone);
            }
        }
        catch (Exception cut) when (cut is IOException or HttpRequestException)
        {
            // What the provider cut must not look whole to the client. The connection ends behind the bytes that are sent: aborting
            // it would reset it, and a reset takes away what the client has not read yet, the head of the answer included.
            await context.Features.GetRequiredFeature<IConnectionTransportFeature>().Transport.Output.CompleteAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, gone).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
