using SafeLlm.Analyzers.CodeFixes.Fixes;
using SafeLlm.Analyzers.Rules;
using SafeLlm.Analyzers.Tests.Verification;

namespace SafeLlm.Analyzers.Tests.Rules;

public sealed class NoOutputBoundTests
{
    [Theory]
    [InlineData("new ChatCompletionOptions { MaxOutputTokenCount = 100 }")]
    [InlineData("new() { MaxOutputTokenCount = limit }")]
    [InlineData("given")]
    [InlineData("given ?? new ChatCompletionOptions()")]
    [InlineData("Made()")]
    [InlineData("kept")]
    [InlineData("Wide.Options")]
    public Task Options_WithABoundOrOutOfSight_DoesNotReport(string options) => Verify.QuietAsync<NoOutputBound>($$"""
        using OpenAI.Chat;
        static class Wide { public static ChatCompletionOptions Options { get; set; } = new(); }
        class C
        {
            private readonly ChatCompletionOptions kept;
            public C() { kept = new(); kept.MaxOutputTokenCount = 7; }
            private static ChatCompletionOptions Made() { var made = new ChatCompletionOptions(); made.MaxOutputTokenCount = 5; return made; }
            void M(ChatClient client, int limit, ChatCompletionOptions given) => client.CompleteChat([new UserChatMessage("hi")], {{options}});
        }
        """);

    [Theory]
    [InlineData("options.MaxOutputTokenCount = 5;")]
    [InlineData("if (DateTime.UtcNow.Year > 2000) options.MaxOutputTokenCount = 5;")]
    [InlineData("Bound(options);")]
    [InlineData("Action later = () => options.MaxOutputTokenCount = 5; later();")]
    [InlineData("var same = options; same.MaxOutputTokenCount = 5;")]
    [InlineData("Elsewhere.Bound(options);")]
    [InlineData("Elsewhere.Replace(ref options);")]
    [InlineData("""options.Patch.Set("$.max_completion_tokens"u8, 5);""")]
    public Task OptionsLocal_BoundOnSomePath_DoesNotReport(string statement) => Verify.QuietAsync<NoOutputBound>($$"""
        using OpenAI.Chat;
        static class Elsewhere
        {
            public static void Bound(ChatCompletionOptions options) => options.MaxOutputTokenCount = 9;
            public static void Replace(ref ChatCompletionOptions options) => options = new() { MaxOutputTokenCount = 9 };
        }
        class C
        {
            private static void Bound(ChatCompletionOptions made) => made.MaxOutputTokenCount = 9;
            void M(ChatClient client)
            {
                var options = new ChatCompletionOptions { Temperature = 0 };
                {{statement}}
                client.CompleteChat([new UserChatMessage("hi")], options);
            }
        }
        """);

    [Fact]
    public Task Middleware_ThatForwardsItsOptions_DoesNotReport() => Verify.QuietAsync<NoOutputBound>("""
        using Microsoft.Extensions.AI;
        class Logging(IChatClient inner) : DelegatingChatClient(inner)
        {
            public override Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
                base.GetResponseAsync(messages, options, cancellationToken);
        }
        """);

    [Fact]
    public Task ChatClient_ConfiguredInTheCompilation_DoesNotReport() => Verify.QuietAsync<NoOutputBound>("""
        using Microsoft.Extensions.AI;
        class C
        {
            static IChatClient Make(IChatClient inner) => inner.AsBuilder().ConfigureOptions(o => o.MaxOutputTokens ??= 500).Build();
            Task M(IChatClient client) => client.GetResponseAsync("hi");
        }
        """);

    [Theory]
    [InlineData("client.ConfigureOptions(o => o.MaxOutputTokens ??= 500)")]
    [InlineData("client.Use(async (messages, options, next, token) => { options!.MaxOutputTokens ??= 500; await next(messages, options, token); })")]
    public Task ChatOptions_OpenBeneathAConfiguredClient_DoNotReport(string configured) => Verify.QuietAsync<NoOutputBound>($$"""
        using Microsoft.Extensions.AI;
        class C
        {
            static object Make(ChatClientBuilder client) => {{configured}};
            Task M(IChatClient client) => client.GetResponseAsync("hi", new ChatOptions { Temperature = 0 });
        }
        """);

    [Theory]
    [InlineData("")]
    [InlineData(", new()")]
    [InlineData(", new ChatOptions { Temperature = 0 }")]
    public Task ChatClient_OfAnthropic_DoesNotReportForItsAdapterSetsABound(string options) => Verify.QuietAsync<NoOutputBound>($$"""
        using Anthropic;
        using Microsoft.Extensions.AI;
        IChatClient client = new AnthropicClient().AsIChatClient("claude").AsBuilder().UseFunctionInvocation().Build();
        await client.GetResponseAsync("hi"{{options}});
        """);

    [Fact]
    public Task HomeMadeChatClient_DoesNotReportForItMayBoundWhatItSends() => Verify.QuietAsync<NoOutputBound>("""
        using Microsoft.Extensions.AI;
        class Mine(IChatClient inner) : DelegatingChatClient(inner);
        class C { Task M(Mine client) => client.GetResponseAsync("hi", new ChatOptions { Temperature = 0 }); }
        """);

    [Fact]
    public Task HomeMadeTypes_OfTheSameNames_DoNotReport() => Verify.QuietAsync<NoOutputBound>("""
        namespace Mine
        {
            class ChatClient { public string CompleteChat(string text) => text; }
            class C { string M(ChatClient client) => client.CompleteChat("hi"); string N(OpenAI.Chat.ChatClient unused) => ""; }
        }
        """);

    [Fact]
    public Task Program_WithSafeLlmBeneathItsClients_DoesNotReport() => Verify.QuietAsync<NoOutputBound>("""
        using OpenAI.Chat;
        class C
        {
            static HttpClient Http() => new(SafeLlm.SafeLlmHandler.Create(new SafeLlm.SafeLlmClientOptions()));
            void M(ChatClient client) => client.CompleteChat("hi");
        }
        """);

    [Fact]
    public Task RawRepresentation_OnTheOptions_DoesNotReport() => Verify.QuietAsync<NoOutputBound>("""
        using Microsoft.Extensions.AI;
        class C { Task M(IChatClient client) => client.GetResponseAsync("hi", new ChatOptions { RawRepresentationFactory = _ => new object() }); }
        """);

    [Theory]
    [InlineData("new KernelArguments(new OpenAIPromptExecutionSettings { MaxTokens = 5 })")]
    [InlineData("new(new OpenAIPromptExecutionSettings { MaxTokens = 5 })")]
    [InlineData("""new(new PromptExecutionSettings { ExtensionData = new Dictionary<string, object> { ["max_tokens"] = 5 } })""")]
    [InlineData("given")]
    [InlineData("new(settings)")]
    public Task KernelArguments_WithABoundOrOutOfSight_DoNotReport(string arguments) => Verify.QuietAsync<NoOutputBound>($$"""
        using Microsoft.SemanticKernel;
        using Microsoft.SemanticKernel.Connectors.OpenAI;
        class C { Task M(Kernel kernel, KernelArguments given, PromptExecutionSettings settings) => kernel.InvokePromptAsync("hi", {{arguments}}); }
        """);

    [Fact]
    public Task KernelArguments_ThatStartEmpty_AreQuietOnlyWithSettings() => Verify.ReportsAsync<NoOutputBound>("""
        using Microsoft.SemanticKernel;
        using Microsoft.SemanticKernel.Connectors.OpenAI;
        class C
        {
            async Task M(Kernel kernel)
            {
                KernelArguments arguments = [];
                arguments["question"] = "why";
                await kernel.[|InvokePromptAsync|]("hi", arguments);
            }

            async Task N(Kernel kernel, Dictionary<string, PromptExecutionSettings> settings)
            {
                KernelArguments arguments = [];
                arguments.ExecutionSettings = settings;
                await kernel.InvokePromptAsync("hi", arguments);
            }
        }
        """);

    [Fact]
    public Task OpenAiChat_WithoutOptionsOrBound_Reports() => Verify.ReportsAsync<NoOutputBound>("""
        using OpenAI.Chat;
        class C
        {
            private readonly ChatCompletionOptions kept = new() { Temperature = 1 };
            private static ChatCompletionOptions Made(bool cold) { var made = new ChatCompletionOptions(); made.Temperature = cold ? 0 : 1; return made; }
            async Task M(ChatClient client, List<ChatMessage> messages)
            {
                client.[|CompleteChat|]("hi");
                await client.[|CompleteChatAsync|](messages);
                client.[|CompleteChatStreaming|](messages, null);
                client.[|CompleteChat|](messages, options: default);
                client.[|CompleteChat|](messages, new() { Temperature = 0 });
                client.[|CompleteChat|](messages, kept);
                client.[|CompleteChat|](messages, Made(true));
                var options = new ChatCompletionOptions();
                options.Patch.Set("$.reasoning_effort"u8, "high");
                options.MaxOutputTokenCount = null;
                client.[|CompleteChat|](messages, options);
                client?.[|CompleteChat|](messages, messages.Count > 2 ? options : new ChatCompletionOptions());
            }
        }
        """);

    [Fact]
    public Task OpenAiResponses_WithoutOptionsOrBound_Reports() => Verify.ReportsAsync<NoOutputBound>("""
        using OpenAI.Responses;
        class C
        {
            async Task M(ResponsesClient client)
            {
                client.[|CreateResponse|]("gpt-5", "hi");
                await client.[|CreateResponseAsync|](new CreateResponseOptions { Model = "gpt-5" });
            }
        }
        """);

    [Fact]
    public Task ChatClient_WithoutOptionsOrBound_Reports() => Verify.ReportsAsync<NoOutputBound>("""
        using Microsoft.Extensions.AI;
        record Answer(int Number);
        class C(IChatClient chat)
        {
            async Task M()
            {
                await chat.[|GetResponseAsync|]("hi");
                await chat.[|GetResponseAsync|]<Answer>("hi");
                await foreach (var update in chat.[|GetStreamingResponseAsync|]("hi", new ChatOptions { Temperature = 0 })) { }
                var options = new ChatOptions();
                var copy = options.Clone();
                await chat.[|GetResponseAsync|]("hi", copy);
            }
        }
        """);

    [Fact]
    public Task SemanticKernel_WithoutSettingsOrBound_Reports() => Verify.ReportsAsync<NoOutputBound>("""
        using Microsoft.SemanticKernel;
        using Microsoft.SemanticKernel.ChatCompletion;
        using Microsoft.SemanticKernel.Connectors.OpenAI;
        class C
        {
            async Task M(Kernel kernel, ChatHistory history)
            {
                var chat = kernel.GetRequiredService<IChatCompletionService>();
                await chat.[|GetChatMessageContentAsync|](history);
                await chat.[|GetChatMessageContentsAsync|](history, new PromptExecutionSettings(), kernel);
                OpenAIPromptExecutionSettings settings = new() { ToolCallBehavior = ToolCallBehavior.AutoInvokeKernelFunctions };
                await chat.[|GetChatMessageContentAsync|](history, settings, kernel);
                await kernel.[|InvokePromptAsync|]("hi");
                await kernel.[|InvokePromptAsync|]("hi {{$name}}", new() { ["name"] = "you" });
                await kernel.[|InvokePromptAsync|]("hi", new(new OpenAIPromptExecutionSettings { Temperature = 0 }));
            }
        }
        """);

    [Fact]
    public Task OtherSdks_WithoutABound_Report() => Verify.ReportsAsync<NoOutputBound>("""
        using Azure.AI.Inference;
        using Betalgo.Ranul.OpenAI.Interfaces;
        using Betalgo.Ranul.OpenAI.ObjectModels.RequestModels;
        using OllamaSharp;
        class C
        {
            async Task M(ChatCompletionsClient inference, IOpenAIService betalgo, IOllamaApiClient ollama)
            {
                await inference.[|CompleteAsync|](new ChatCompletionsOptions { Model = "m" });
                await betalgo.ChatCompletion.[|CreateCompletion|](new ChatCompletionCreateRequest { Model = "m" });
                await foreach (var part in ollama.[|ChatAsync|](new OllamaSharp.Models.Chat.ChatRequest { Model = "m", Options = new OllamaSharp.Models.RequestOptions { Temperature = 0 } })) { }
            }
        }
        """);

    [Fact]
    public Task OllamaChat_WithABoundOrHandedIn_DoesNotReport() => Verify.QuietAsync<NoOutputBound>("""
        using OllamaSharp;
        class C
        {
            object M(IOllamaApiClient client) { var chat = new Chat(client) { Options = new OllamaSharp.Models.RequestOptions { NumPredict = 9 } }; return chat.SendAsync("hi"); }
            object N(Chat chat) => chat.SendAsync("hi");
        }
        """);

    [Fact]
    public Task Client_OfAnSdkThatIsThereInSource_Reports() => Verify.ReportsAsync<NoOutputBound>("""
        namespace OllamaSharp.Local
        {
            class Client(Uri uri) : OllamaApiClient(uri);
            class C { object M(Client client) => client.[|GenerateAsync|](new Models.GenerateRequest { Prompt = "hi" }); }
        }
        """);

    [Fact]
    public Task OllamaChat_WithoutABound_Reports() => Verify.ReportsAsync<NoOutputBound>("""
        using OllamaSharp;
        class C { object M(IOllamaApiClient client) { var chat = new Chat(client); return chat.[|SendAsync|]("hi"); } }
        """);

    [Fact]
    public Task Fix_SetsTheBoundWhereTheOptionsAreMade() => Fix.ChangesAsync<NoOutputBound, AddOutputBound>("""
        using OpenAI.Chat;
        class C
        {
            void M(ChatClient client, List<ChatMessage> messages)
            {
                var options = new ChatCompletionOptions();
                client.CompleteChat(messages, options);
                client.CompleteChat(messages, new ChatCompletionOptions { Temperature = 0 });
                client.CompleteChat(messages, new() { MaxOutputTokenCount = null });
            }
        }
        """, """
        using OpenAI.Chat;
        class C
        {
            void M(ChatClient client, List<ChatMessage> messages)
            {
                var options = new ChatCompletionOptions { MaxOutputTokenCount = 500 };
                client.CompleteChat(messages, options);
                client.CompleteChat(messages, new ChatCompletionOptions { Temperature = 0, MaxOutputTokenCount = 500 });
                client.CompleteChat(messages, new() { MaxOutputTokenCount = 500 });
            }
        }
        """, ("safellm.max_output_tokens", "500"));

    [Fact]
    public Task Fix_PassesOptionsWhereThereAreNone() => Fix.ChangesAsync<NoOutputBound, AddOutputBound>("""
        using Microsoft.Extensions.AI;
        using OpenAI.Chat;
        class C
        {
            async Task M(ChatClient client, IChatClient chat, CancellationToken token)
            {
                client.CompleteChat("hi", "there");
                client.CompleteChat([new UserChatMessage("hi")], null);
                await chat.GetResponseAsync("hi", cancellationToken: token);
            }
        }
        """, """
        using Microsoft.Extensions.AI;
        using OpenAI.Chat;
        class C
        {
            async Task M(ChatClient client, IChatClient chat, CancellationToken token)
            {
                client.CompleteChat(["hi", "there"], options: new ChatCompletionOptions { MaxOutputTokenCount = 1024 });
                client.CompleteChat([new UserChatMessage("hi")], new ChatCompletionOptions { MaxOutputTokenCount = 1024 });
                await chat.GetResponseAsync("hi", cancellationToken: token, options: new ChatOptions { MaxOutputTokens = 1024 });
            }
        }
        """);

    [Fact]
    public Task Fix_OfAllReportsAtOnce_ChangesThemAll() => Fix.ChangesAllAsync<NoOutputBound, AddOutputBound>("""
        using Microsoft.Extensions.AI;
        class C
        {
            async Task M(IChatClient chat)
            {
                await chat.GetResponseAsync("one");
                await chat.GetResponseAsync("two");
            }
        }
        """, """
        using Microsoft.Extensions.AI;
        class C
        {
            async Task M(IChatClient chat)
            {
                await chat.GetResponseAsync("one", options: new ChatOptions { MaxOutputTokens = 1024 });
                await chat.GetResponseAsync("two", options: new ChatOptions { MaxOutputTokens = 1024 });
            }
        }
        """);

    [Fact]
    public Task Fix_ThatWouldNotCompile_IsNotOffered() => Fix.IsNotOfferedAsync<NoOutputBound, AddOutputBound>("""
        using Microsoft.SemanticKernel;
        using Microsoft.SemanticKernel.ChatCompletion;
        class C { Task M(IChatCompletionService chat, ChatHistory history) => chat.GetChatMessageContentAsync(history, new PromptExecutionSettings()); }
        """);
}
