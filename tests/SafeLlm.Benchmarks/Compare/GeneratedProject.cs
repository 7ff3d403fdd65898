using System.Globalization;
using System.Text;

namespace SafeLlm.Benchmarks.Compare;

/// <summary>A project of ordinary code, in which every so many-th file calls a model.</summary>
/// <param name="Files">How many sources.</param>
/// <param name="CallsInEvery">One file in this many calls models, in four ways each; 0 for none, and for no SDK.</param>
internal sealed record GeneratedProject(int Files, int CallsInEvery)
{
    public void Write(string folder, string analyzers)
    {
        Directory.CreateDirectory(folder);
        var sdk = CallsInEvery == 0 ? "" : """<PackageReference Include="OpenAI" Version="2.15.0" /><PackageReference Include="Microsoft.Extensions.AI.Abstractions" Version="10.11.0" />""";
        File.WriteAllText(Path.Combine(folder, "Generated.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><TargetFramework>net10.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings><Nullable>enable</Nullable></PropertyGroup>
              <ItemGroup>{sdk}<Analyzer Include="{analyzers}" /></ItemGroup>
            </Project>
            """);
        for (var i = 0; i < Files; i++)
        {
            var calls = CallsInEvery > 0 && i % CallsInEvery == 0;
            File.WriteAllText(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"Part{i}.cs")), Source(i, calls));
        }
    }

    private static string Source(int number, bool calls)
    {
        var text = new StringBuilder(calls ? "using Microsoft.Extensions.AI;\nusing OpenAI.Chat;\n" : "");
        text.Append(CultureInfo.InvariantCulture, $"namespace Generated.Part{number};\n\npublic sealed class Store{number}\n{{\n    private readonly Dictionary<string, List<int>> items = new(StringComparer.Ordinal);\n    public string Name {{ get; set; }} = \"part\";\n");
        for (var method = 0; method < 12; method++)
        {
            text.Append(CultureInfo.InvariantCulture, $$"""

                    public int Sum{{method}}(string key, IEnumerable<int> more)
                    {
                        if (!items.TryGetValue(key, out var list)) items[key] = list = [];
                        foreach (var one in more.Where(value => value > {{method}}).Select(value => value * 2)) list.Add(one);
                        var text = string.Join(", ", list.Select(value => value.ToString(System.Globalization.CultureInfo.InvariantCulture)));
                        Console.WriteLine($"{Name}: {text} of {list.Count}");
                        return list.Count > 3 ? list.Sum() : list.DefaultIfEmpty().Max();
                    }

                """);
        }

        if (calls)
        {
            text.Append("""

                    public async Task AskAsync(ChatClient client, IChatClient chat, List<OpenAI.Chat.ChatMessage> messages, CancellationToken token)
                    {
                        var options = new ChatCompletionOptions { Temperature = 0 };
                        options.MaxOutputTokenCount = 100;
                        await client.CompleteChatAsync(messages, options, token);
                        await client.CompleteChatAsync(messages, Made(), token);
                        await chat.GetResponseAsync("hi", new ChatOptions { MaxOutputTokens = 100 }, token);
                        await chat.GetResponseAsync("hi", cancellationToken: token);
                    }

                    private static ChatCompletionOptions Made() => new() { MaxOutputTokenCount = 50 };

                """);
        }

        return text.Append("}\n").ToString();
    }
}
