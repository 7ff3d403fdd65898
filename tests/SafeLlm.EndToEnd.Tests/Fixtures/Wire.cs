using System.Text.Json;

namespace SafeLlm.EndToEnd.Tests;

/// <summary>
/// The line between client and gateway, where an attacker sits: it may change what goes out, and it writes down every refusal
/// that comes back, as it came.
/// </summary>
internal sealed class Wire(Transcript transcript, Tampering? tamper) : HttpMessageHandler
{
    private readonly HttpMessageInvoker connection = new(new SocketsHttpHandler { AllowAutoRedirect = false });
    private volatile Problem? lastProblem;

    /// <summary>The last answer that was a problem document; null where there was none.</summary>
    public Problem? LastProblem => lastProblem;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = tamper is null
            ? await connection.SendAsync(request, cancellationToken)
            : await tamper(request, connection.SendAsync, cancellationToken);
        if ((int)response.StatusCode < 400) return response;

        await response.Content.LoadIntoBufferAsync(cancellationToken);
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        transcript.Add($"{(int)response.StatusCode} {response.Headers} {text}");
        if (response.Content.Headers.ContentType?.MediaType == "application/problem+json")
        {
            using var document = JsonDocument.Parse(text);
            lastProblem = new Problem((int)response.StatusCode, response.Headers.RetryAfter?.Delta, document.RootElement.Clone());
        }

        return response;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) connection.Dispose();
        base.Dispose(disposing);
    }
}
