using System.Diagnostics;
using System.Globalization;
using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;
using SafeLlm.Pipeline;
using SafeLlm.Registration;
using SafeLlm.Telemetry;

namespace SafeLlm;

/// <summary>
/// The whole pipeline as a handler beneath any <see cref="HttpClient"/>: every call that passes is bounded, quoted, held
/// against its limits, signed where a verifier waits, retried and settled, or it does not leave the process.
/// </summary>
public sealed class SafeLlmHandler : DelegatingHandler
{
    private readonly ClientRuntime runtime;
    private readonly Stage pipeline;

    internal SafeLlmHandler(ClientRuntime runtime)
    {
        this.runtime = runtime;
        pipeline = CallPipeline.Build(runtime, base.SendAsync);
    }

    /// <summary>Makes a handler without dependency injection: <c>new HttpClient(SafeLlmHandler.Create(options))</c>.</summary>
    /// <remarks>
    /// Handlers made from the same options share their stores, and so their limits. Set <see cref="HttpClient.Timeout"/> to
    /// <see cref="Timeout.InfiniteTimeSpan"/>: its 100 seconds would cut calls that <see cref="SafeLlmClientOptions.Timeout"/> allows.
    /// </remarks>
    /// <param name="options">What may be spent, and how. Read now; later changes have no effect.</param>
    /// <param name="innerHandler">
    /// What sends; a handler of its own without redirects unless given. Redirects are switched off on it. Where calls are signed it is no
    /// <see cref="DelegatingHandler"/>: those go above this one.
    /// </param>
    /// <param name="loggerFactory">Where to log; nowhere unless given.</param>
    /// <param name="time">The clock; the system's unless given.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The options are not valid; every error is told.</exception>
    /// <exception cref="ArgumentException">Calls are signed, and <paramref name="innerHandler"/> would stand between the signature and the connection.</exception>
    public static SafeLlmHandler Create(SafeLlmClientOptions options, HttpMessageHandler? innerHandler = null, ILoggerFactory? loggerFactory = null, TimeProvider? time = null) =>
        Create(options, innerHandler, loggerFactory, ClientSources.System(time ?? TimeProvider.System));

    internal static SafeLlmHandler Create(SafeLlmClientOptions options, HttpMessageHandler? innerHandler, ILoggerFactory? loggerFactory, ClientSources sources)
    {
        ArgumentNullException.ThrowIfNull(options);
        // Signing profile, A10: what is changed behind the signature would be refused by every verifier.
        if ((options.SigningKey is not null || options.SigningKeys.Count > 0) && innerHandler is DelegatingHandler between)
        {
            throw new ArgumentException($"{between.GetType()} would stand between the signature and the connection, where nothing that it changes is signed. Put it above the SafeLlm handler.", nameof(innerHandler));
        }

        var runtime = ClientRuntime.Create(options, loggerFactory, sources);
        return new SafeLlmHandler(runtime) { InnerHandler = innerHandler is null ? PrimaryHandler.Create() : PrimaryHandler.WithoutRedirects(innerHandler, out _) };
    }

    internal const string LogCategory = "SafeLlm.Client";

    internal ClientRuntime Runtime => runtime;

    /// <inheritdoc/>
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);

        // Looking into a message's options makes them, so only where a typed client may have put its report there.
        var report = runtime.HasTypedClient && request.Options.TryGetValue(CallReport.Key, out var own) ? own : new CallReport();
        var call = new Call(runtime.Sources.Ids(), request, report);
        var outer = Activity.Current;
        Task<HttpResponseMessage> sending;
        try
        {
            call.Trace = CallTrace.Start(runtime, call);
            sending = pipeline.SendAsync(call, cancellationToken).AsTask();
        }
        catch (Exception failure)
        {
            sending = FailAsync(failure);
        }
        finally
        {
            // No task of our own ends here, so what flows with the caller must be as it was.
            if (call.Trace is not null) Activity.Current = outer;
        }

        return call.Trace is null ? sending : FollowAsync(call, sending);
    }

    private static async Task<HttpResponseMessage> FollowAsync(Call call, Task<HttpResponseMessage> sending)
    {
        try
        {
            var response = await sending.ConfigureAwait(false);

            // A metered answer ends with its content; a quote alone sends nothing and has none.
            if (call.Report.QuoteOnly || call.Clock is not null || call.Hold is not null || !response.IsSuccessStatusCode || call.Facts is null)
            {
                call.Trace!.End(response.IsSuccessStatusCode ? null : ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture));
            }

            return response;
        }
        catch (Exception failure)
        {
            call.Trace!.Failed(failure);
            throw;
        }
    }

    // The steps before the first wait run without a task of their own; what they throw belongs into the task all the same.
    private static async Task<HttpResponseMessage> FailAsync(Exception failure)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        ExceptionDispatchInfo.Throw(failure);
        return null!;
    }

    /// <summary>Runs the same pipeline and waits for it: the base class would send past it.</summary>
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
        SendAsync(request, cancellationToken).GetAwaiter().GetResult();
}
