using System.Text;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace SafeLlm.Testing;

/// <summary>Sends one answer, with what goes wrong on the way.</summary>
internal sealed class AnswerWriter(HttpContext context, Fault fault, ProviderDoubleOptions options)
{
    private const string Json = "application/json";

    public async Task ErrorAsync(ErrorAnswer error, CancellationToken gone)
    {
        if (await BeginAsync(error.Status, Json, gone)) await SendWholeAsync(error.Content, gone);
    }

    public async Task WholeAsync(byte[] content, CancellationToken gone)
    {
        if (fault.Hold is { } gate && fault.HoldAfter > 0) await gate.PassAsync(gone);
        if (!await BeginAsync(200, Json, gone)) return;
        if (fault.MalformedAfter is not null) content = content[..(content.Length / 2)];
        if (fault.CutAfter is null)
        {
            await SendWholeAsync(content, gone);
            return;
        }

        context.Response.ContentLength = content.Length;
        await context.Response.Body.WriteAsync(content.AsMemory(0, content.Length / 2), gone);
        await context.Response.Body.FlushAsync(gone);
        await CutAsync();
    }

    public async Task StreamAsync(IDoubleFormat format, Generation generation, CancellationToken gone)
    {
        if (!await BeginAsync(200, "text/event-stream; charset=utf-8", gone)) return;
        await context.Response.Body.FlushAsync(gone);
        var sent = 0;
        foreach (var next in format.Events(generation))
        {
            if (fault.Hold is { } gate && fault.HoldAfter > 0 && sent == fault.HoldAfter) await gate.PassAsync(gone);
            if (await BreaksOffAsync(sent, next, format, gone)) return;
            await SendEventAsync(next, gone);
            sent++;
        }

        // A stream with fewer events than the script has in mind goes wrong at its end, never silently right.
        await BreaksOffAsync(int.MaxValue, "data: {", format, gone);
    }

    private async Task<bool> BreaksOffAsync(int sent, string next, IDoubleFormat format, CancellationToken gone)
    {
        if (sent >= fault.CutAfter)
        {
            await CutAsync();
            return true;
        }

        if (sent >= fault.ErrorAfter)
        {
            await SendEventAsync(format.ErrorEvent(fault.Error!), gone);
            return true;
        }

        if (sent >= fault.MalformedAfter)
        {
            await SendEventAsync(next[..(next.Length / 2)] + "\n\n", gone);
            return true;
        }

        return false;
    }

    /// <summary>Status and headers. False where nothing more is to be sent.</summary>
    private async Task<bool> BeginAsync(int status, string contentType, CancellationToken gone)
    {
        if (fault.Hold is { } gate && fault.HoldAfter == 0) await gate.PassAsync(gone);
        if (fault.Delay is { } delay) await Task.Delay(delay, options.Time, gone);
        if (fault.CutAfter == -1)
        {
            context.Abort();
            return false;
        }

        foreach (var (name, value) in options.Headers) context.Response.Headers[name] = value;
        foreach (var (name, value) in fault.Headers) context.Response.Headers[name] = value;
        if (fault.Raw is { } raw)
        {
            (context.Response.StatusCode, context.Response.ContentType) = (raw.Status, raw.ContentType);
            await SendWholeAsync(Encoding.UTF8.GetBytes(raw.Body), gone);
            return false;
        }

        (context.Response.StatusCode, context.Response.ContentType) = (status, fault.ContentType ?? contentType);
        return true;
    }

    // Ends the connection behind the bytes that are sent. Aborting it would reset it, and a reset takes away what the caller
    // has not read yet: how much of the answer it saw would be a matter of luck.
    private async Task CutAsync()
    {
        var connection = context.Features.GetRequiredFeature<IConnectionTransportFeature>();
        await connection.Transport.Output.CompleteAsync();
        await Task.Delay(Timeout.InfiniteTimeSpan, options.Time, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task SendWholeAsync(byte[] content, CancellationToken gone)
    {
        context.Response.ContentLength = content.Length;
        await context.Response.Body.WriteAsync(content, gone);
    }

    private async Task SendEventAsync(string text, CancellationToken gone)
    {
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), gone);
        await context.Response.Body.FlushAsync(gone);
    }
}
