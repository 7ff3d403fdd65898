using SafeLlm.Analyzers.CodeFixes.Fixes;
using SafeLlm.Analyzers.Rules;
using SafeLlm.Analyzers.Tests.Verification;

namespace SafeLlm.Analyzers.Tests.Rules;

public sealed class OutsideOutputBoundTests
{
    private const string Start = """
        using System.ComponentModel.DataAnnotations;
        using Microsoft.AspNetCore.Mvc;
        using Microsoft.Extensions.AI;
        public class Ask { public int? MaxTokens { get; set; } [Range(1, 100)] public int Ranged { get; set; } public string Text { get; set; } = ""; }
        public class Checked { public int MaxTokens { get; set; } }
        public class CheckedValidator { }
        """;

    [Theory]
    [InlineData("Math.Clamp(max, 1, 500)")]
    [InlineData("ask.Ranged")]
    [InlineData("sound.MaxTokens")]
    [InlineData("500")]
    [InlineData("kept")]
    public Task Bound_ClampedOrOfOurOwn_DoesNotReport(string value) => Verify.QuietAsync<OutsideOutputBound>(Start + $$"""

        public class C : ControllerBase
        {
            private readonly int kept = 7;
            public object Post(Ask ask, Checked sound, int max) => new ChatOptions { MaxOutputTokens = {{value}} };
        }
        """);

    [Fact]
    public Task Bound_ComparedBefore_DoesNotReport() => Verify.QuietAsync<OutsideOutputBound>(Start + """

        public class C : ControllerBase
        {
            public object? Post(int max)
            {
                if (max > 500) return null;
                return new ChatOptions { MaxOutputTokens = max };
            }
        }
        """);

    [Fact]
    public Task Bound_OfAPlainMethod_DoesNotReport() => Verify.QuietAsync<OutsideOutputBound>(Start + """

        public class C { public object Make(int max) => new ChatOptions { MaxOutputTokens = max }; }
        """);

    [Fact]
    public Task Bound_FromTheCaller_Reports() => Verify.ReportsAsync<OutsideOutputBound>(Start + """

        public class C : ControllerBase
        {
            public object Post(Ask ask, int max)
            {
                var wanted = max;
                _ = new ChatOptions { MaxOutputTokens = [|ask.MaxTokens|] };
                _ = new ChatOptions { MaxOutputTokens = [|wanted|] };
                return new OpenAI.Chat.ChatCompletionOptions { MaxOutputTokenCount = [|ask.MaxTokens ?? 100|] };
            }
        }
        """);

    [Fact]
    public Task Bound_OfAMinimalApi_Reports() => Verify.ReportsAsync<OutsideOutputBound>("""
        using Microsoft.AspNetCore.Builder;
        using Microsoft.Extensions.AI;
        var app = WebApplication.Create();
        app.MapPost("/ask", (int max) => new ChatOptions { MaxOutputTokens = [|max|] }.ToString());
        """);

    [Fact]
    public Task Fix_Clamps() => Fix.ChangesAsync<OutsideOutputBound, ClampOutputBound>(Start + """

        public class C : ControllerBase
        {
            public object Post(Ask ask, int max) => new[] { new ChatOptions { MaxOutputTokens = max }, new ChatOptions { MaxOutputTokens = ask.MaxTokens } };
        }
        """, Start + """

        public class C : ControllerBase
        {
            public object Post(Ask ask, int max) => new[] { new ChatOptions { MaxOutputTokens = Math.Clamp(max, 1, 300) }, new ChatOptions { MaxOutputTokens = Math.Clamp(ask.MaxTokens ?? 300, 1, 300) } };
        }
        """, ("safellm.max_output_tokens", "300"));
}
