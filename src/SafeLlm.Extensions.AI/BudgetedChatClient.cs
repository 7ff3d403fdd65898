using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.Extensions.AI;
using SafeLlm.Pipeline;

namespace SafeLlm.Extensions.AI;

/// <summary>Admits each call of another chat client, lowers its output bound where that is too high, and settles it.</summary>
internal sealed class BudgetedChatClient(IChatClient inner, Admission admission) : DelegatingChatClient(inner)
{
    // Stands in for a bound that the call lacks; the pipeline inserts the real one.
    private const int NoBound = 1;

    private readonly ChatClientMetadata? metadata = inner.GetService<ChatClientMetadata>();

    public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var prompt = messages as IReadOnlyList<ChatMessage> ?? [.. messages];
        var call = await AdmitAsync(prompt, options, cancellationToken).ConfigureAwait(false);
        ChatResponse response;
        call.Flow();
        try
        {
            response = await base.GetResponseAsync(prompt, Bounded(options, call), cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            // Whether it was billed is not known here: the client may have sent it.
            await call.SettleUnknownAsync(null).ConfigureAwait(false);
            throw;
        }

        var contents = response.Messages.SelectMany(message => message.Contents);
        if (AnswerMapping.Billable(response.Usage) is { } usage)
        {
            var uses = new HostedToolUses();
            uses.Add(contents);
            await call.SettleAsync(uses.Read(usage)).ConfigureAwait(false);
        }
        else
        {
            await call.SettleUnknownAsync(Seen(contents)).ConfigureAwait(false);
        }

        (response.AdditionalProperties ??= [])["safellm.cost"] = call.Cost.Dollars;
        return response;
    }

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var prompt = messages as IReadOnlyList<ChatMessage> ?? [.. messages];
        var call = await AdmitAsync(prompt, options, cancellationToken).ConfigureAwait(false);
        UsageDetails? usage = null;
        var isWhole = false;
        var seen = new MemoryStream();
        var uses = new HostedToolUses();
        call.Flow();
        try
        {
            await foreach (var update in base.GetStreamingResponseAsync(prompt, Bounded(options, call), cancellationToken).ConfigureAwait(false))
            {
                call.ExtendIfDue();
                seen.Write(Seen(update.Contents));
                uses.Add(update.Contents);

                foreach (var content in update.Contents.OfType<UsageContent>()) usage = AnswerMapping.Merge(usage, content.Details);
                yield return update;

                // Whoever reads goes on in a context of its own.
                call.Flow();
            }

            isWhole = true;
        }
        finally
        {
            // Usage in a stream that was left may be a placeholder; only a whole answer's counts.
            if (isWhole && AnswerMapping.Billable(usage) is { } billable) await call.SettleAsync(uses.Read(billable)).ConfigureAwait(false);
            else await call.SettleUnknownAsync(seen.GetBuffer().AsMemory(0, (int)seen.Length)).ConfigureAwait(false);
        }
    }

    private Task<AdmittedCall> AdmitAsync(IReadOnlyList<ChatMessage> prompt, ChatOptions? options, CancellationToken cancellationToken)
    {
        var model = options?.ModelId ?? metadata?.DefaultModelId ?? throw new Refusal(
            RefusalCode.UnknownModel,
            "Neither the options nor the chat client name a model, so the call cannot be priced. Set ChatOptions.ModelId.")
        {
            Field = nameof(ChatOptions.ModelId),
        }.ToException();
        var request = new AdmissionRequest(RequestMapping.MapToQuote(prompt, options, model, NoBound, out var isAll))
        {
            HasBound = options?.MaxOutputTokens is not null,
            // What cannot be counted here may be as much as the model takes.
            GoesOn = !isAll || !string.IsNullOrEmpty(options?.ConversationId),
            HostedTools = HostedToolMapping.Names(options),
            Objection = Objection(options),
        };
        return admission.AdmitAsync(metadata?.ProviderName is { } provider ? request with { Provider = provider } : request, cancellationToken);
    }

    private static Refusal? Objection(ChatOptions? options) => options switch
    {
        { AdditionalProperties: var properties } when BoundingProperties.Find(properties) is { } name => Unseen(
            nameof(ChatOptions.AdditionalProperties),
            $"has \"{name}\", which the client may send beside the output bound that is set, or in its place. Set ChatOptions.MaxOutputTokens or Reasoning; or put SafeLlmHandler beneath the client's HttpClient, which sees what is sent."),
        { RawRepresentationFactory: not null } => Unseen(
            nameof(ChatOptions.RawRepresentationFactory),
            "makes options that cannot be seen here, and their output bound would go before the one that is set. Put SafeLlmHandler beneath the client's HttpClient, which sees what is sent; or leave the factory out."),
        { AllowBackgroundResponses: true } => Unseen(
            nameof(ChatOptions.AllowBackgroundResponses),
            "lets an answer be fetched later, by calls that would each be held and charged like another answer. Leave it out; or put SafeLlmHandler beneath the client's HttpClient, which sees what is sent."),
        { ContinuationToken: not null } => Unseen(
            nameof(ChatOptions.ContinuationToken),
            "fetches an answer that another call began, and would be held and charged like a call of its own. Leave it out; or put SafeLlmHandler beneath the client's HttpClient, which sees what is sent."),
        _ => null,
    };

    private static Refusal Unseen(string option, string what) => new(RefusalCode.OutputUnbounded, $"ChatOptions.{option} {what}") { Field = option };

    // All that is generated is billed: also what was thought, and what a tool is called with.
    private static byte[] Seen(IEnumerable<AIContent> contents) => Encoding.UTF8.GetBytes(string.Concat(contents.Select(content => content switch
    {
        TextContent said => said.Text,
        TextReasoningContent thought => thought.Text,
        FunctionCallContent call => call.Name + RequestMapping.Json(call),
        _ => "",
    })));

    // A copy: the caller's options are not ours to change.
    private static ChatOptions? Bounded(ChatOptions? options, AdmittedCall call)
    {
        if (call.Bound is not { } bound) return options;
        var bounded = options?.Clone() ?? new ChatOptions();
        bounded.MaxOutputTokens = (int)Math.Min(bound, int.MaxValue);
        return bounded;
    }
}
