using System.Text;
using SafeLlm.Validation;

namespace SafeLlm.Pipeline;

/// <summary>Holds the prompt against the policy: all findings are told, not the first.</summary>
internal sealed class ValidateStage(ClientRuntime runtime) : Stage
{
    public override Task<HttpResponseMessage> SendAsync(Call call, CancellationToken cancellationToken)
    {
        if (call.Facts is { } facts)
        {
            var findings = runtime.Policy.Check(facts);
            if (findings.Count > 0) Judge(call, findings);
        }

        return Next.SendAsync(call, cancellationToken);
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
