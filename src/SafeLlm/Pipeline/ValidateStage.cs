using System.Text;
using SafeLlm.Formats;
using SafeLlm.Validation;

namespace SafeLlm.Pipeline;

/// <summary>Holds the prompt against the policy: all findings are told, not the first.</summary>
internal sealed class ValidateStage(ClientRuntime runtime) : Stage
{
    public override ValueTask<HttpResponseMessage> SendAsync(Call call, CancellationToken cancellationToken)
    {
        if (call.Facts is { } facts)
        {
            if (runtime.Policy.Waits) return WaitAsync(call, facts, cancellationToken);
            var findings = runtime.Policy.Check(facts);
            if (findings.Count > 0) Judge(call, findings);
        }

        return Next.SendAsync(call, cancellationToken);
    }

    private async ValueTask<HttpResponseMessage> WaitAsync(Call call, CallFacts facts, CancellationToken cancellationToken)
    {
        var findings = await runtime.Policy.CheckAsync(facts, cancellationToken).ConfigureAwait(false);
        if (findings.Count > 0) Judge(call, findings);
        return await Next.SendAsync(call, cancellationToken).ConfigureAwait(false);
    }

    private void Judge(Call call, IReadOnlyList<PromptFinding> findings)
    {
        var refused = false;
        foreach (var finding in findings)
        {
            refused |= finding.Severity == PromptSeverity.Refuse;
            if (finding.Severity == PromptSeverity.Flag) Log.PromptFlagged(runtime.Logger, finding.Rule);
        }

        if (!refused) return;

        var message = new StringBuilder("The prompt was not sent.");
        foreach (var finding in findings)
        {
            if (finding.Severity == PromptSeverity.Refuse) message.Append(' ').Append(finding.Message);
        }

        runtime.Refuse(call, new Refusal(RefusalCode.PromptRejected, message.ToString()) { Findings = findings });
    }
}
