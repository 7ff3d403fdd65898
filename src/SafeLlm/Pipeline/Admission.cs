using System.Net;
using SafeLlm.Chat;
using SafeLlm.Telemetry;

namespace SafeLlm.Pipeline;

/// <summary>
/// The part of the pipeline that decides whether a call may be made, for clients whose HTTP cannot be reached: the same steps
/// up to the hold, over the request as OpenAI chat would have it. Whoever is admitted makes the call and settles it.
/// </summary>
internal sealed class Admission
{
    // Never sent to: it only says which wire format the request is written in.
    private static readonly Uri Address = new("https://api.openai.com/v1/chat/completions");

    private readonly ClientRuntime runtime;
    private readonly Stage pipeline;

    public Admission(ClientRuntime runtime)
    {
        this.runtime = runtime;
        pipeline = CallPipeline.BuildAdmission(runtime);
    }

    public ClientRuntime Runtime => runtime;

    /// <exception cref="SafeLlmException">The call may not be made.</exception>
    public async Task<AdmittedCall> AdmitAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, Address)
        {
            Content = new ByteArrayContent(ChatRequestWriter.Write(request)),
        };
        var call = new Call(runtime.Sources.Ids(), message, new CallReport()) { Provider = request.Provider };
        runtime.Begin(call);
        call.Trace = CallTrace.Start(runtime, call);
        try
        {
            if (request.Objection is { } objection) runtime.Refuse(call, objection);
            using var admitted = await pipeline.SendAsync(call, cancellationToken).ConfigureAwait(false);
            return new AdmittedCall(call);
        }
        catch (Exception failure)
        {
            call.Trace?.Failed(failure);
            throw;
        }
    }

    /// <summary>The end of the admission: what comes after it is not ours.</summary>
    internal sealed class AdmitStage : Stage
    {
        public override ValueTask<HttpResponseMessage> SendAsync(Call call, CancellationToken cancellationToken)
        {
            call.Report.Attempts++;
            call.Hold!.WasSent = true;
            return ValueTask.FromResult(new HttpResponseMessage(HttpStatusCode.NoContent));
        }
    }
}
