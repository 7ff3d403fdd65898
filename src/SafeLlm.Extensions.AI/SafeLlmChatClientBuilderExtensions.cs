using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SafeLlm.Pipeline;

namespace SafeLlm.Extensions.AI;

/// <summary>Puts bounds, quotes and budgets around chat clients whose HTTP cannot be reached.</summary>
public static class SafeLlmChatClientBuilderExtensions
{
    /// <summary>
    /// Every call of the chat client is bounded, quoted from its messages, held against its limits and settled from the usage
    /// that comes back; where a stream reports usage several times, from the most of each count, as some clients report it as it grows
    /// and others in parts. Nothing is signed or retried. Where the client's <see cref="HttpClient"/> can be reached, put
    /// <see cref="SafeLlmHandler"/> beneath it instead. A builder's first client is the outermost: function invocation comes before this
    /// (<c>UseFunctionInvocation().UseSafeLlm(…)</c>), so that each round of an agent is a call of its own.
    /// </summary>
    /// <remarks>
    /// Switch off the retries of the client itself, and of its HTTP (OpenAI and Azure: <c>RetryPolicy = new ClientRetryPolicy(0)</c>): an attempt
    /// that fails is billed as often as it is sent, and of several only the last one's usage comes back to be charged. Where the client's HTTP
    /// goes through a <see cref="SafeLlmHandler"/> all the same, a call is one call of its <see cref="SafeLlmScope"/>; limits in the options are
    /// counted by each of the two.
    /// <para>
    /// Tools in <see cref="ChatOptions.Tools"/> that run at the provider (<see cref="HostedWebSearchTool"/>, …) are held for the model's whole context
    /// window, and where dollars are limited for their fees as well: state price and most uses of each in
    /// <see cref="SafeLlmClientOptions.HostedTools"/>, under its <see cref="AITool.Name"/>. Searches in the web and runs of code are charged as often
    /// as the answer's contents tell them; what they do not tell stays at its most uses.
    /// </para>
    /// </remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets the options.</param>
    public static ChatClientBuilder UseSafeLlm(this ChatClientBuilder builder, Action<SafeLlmClientOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var options = new SafeLlmClientOptions();
        configure(options);
        return builder.UseSafeLlm(options);
    }

    /// <summary>The same with options from configuration. A field that is not known is an error.</summary>
    public static ChatClientBuilder UseSafeLlm(this ChatClientBuilder builder, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return builder.UseSafeLlm(options => OptionsReader.Read(configuration, options));
    }

    /// <summary>The same with options that exist. Clients that use the same ones spend from the same limits.</summary>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The options are not valid; thrown when the client is built.</exception>
    /// <exception cref="InvalidOperationException">
    /// Functions are invoked beneath it, or a <see cref="SafeLlmClient"/> sends, which is safe by itself; thrown when the client is built.
    /// </exception>
    public static ChatClientBuilder UseSafeLlm(this ChatClientBuilder builder, SafeLlmClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(options);
        return builder.Use((inner, services) =>
        {
            if (inner.GetService<FunctionInvokingChatClient>() is not null)
            {
                throw new InvalidOperationException(
                    "Functions are invoked beneath UseSafeLlm, so that all rounds of an agent would be one call with one hold. Call UseFunctionInvocation before UseSafeLlm: what is used first is outermost.");
            }

            if (inner.GetService<SafeLlmClient>() is not null)
            {
                throw new InvalidOperationException(
                    "A SafeLlmClient sends beneath UseSafeLlm, so that each call would be held and charged twice. Leave UseSafeLlm out: what AsIChatClient gives is bounded and budgeted by the client's own options.");
            }

            var time = services.GetService<TimeProvider>() ?? TimeProvider.System;
            var runtime = ClientRuntime.Create(options, services.GetService<ILoggerFactory>(), ClientSources.System(time));
            return new BudgetedChatClient(inner, new Admission(runtime));
        });
    }
}
