using System.CommandLine;
using System.Globalization;
using SafeLlm.Pricing;
using Spectre.Console;

namespace SafeLlm.Cli.Models;

/// <summary><c>safellm models</c>: the catalog that comes with SafeLlm.</summary>
internal static class ModelsCommand
{
    public static Command Create()
    {
        var filter = new Argument<string?>("filter") { Description = "Words that provider/name must have, e.g. \"anthropic sonnet\". Without it, all models.", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("models", "Lists models with their limits and prices.") { filter };
        command.SetAction(parsed => Run(parsed.GetValue(filter), parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error));
        return command;
    }

    private static int Run(string? filter, TextWriter output, TextWriter errors)
    {
        var models = CatalogSearch.Find(filter);
        var catalog = ModelCatalog.Embedded;
        if (models.Count == 0)
        {
            errors.WriteLine($"The catalog of {catalog.Date:yyyy-MM-dd} has no model with \"{filter}\" in its provider or name.");
            return 1;
        }

        var table = new Table().Border(TableBorder.Rounded).AddColumn("provider").AddColumn(new TableColumn("model").NoWrap());
        foreach (var column in (string[])["context", "most output", "in", "cached", "out"]) table.AddColumn(new TableColumn(column).RightAligned());
        table.AddColumn("more");
        foreach (var model in models)
        {
            table.AddRow(
                Markup.Escape(model.Provider ?? ""),
                Markup.Escape(model.Model),
                Tokens(model.ContextTokens),
                Tokens(model.MaxOutputTokens),
                Dollars(model.InputPerMillion),
                model.CachedInputPerMillion is { } cached ? Dollars(cached) : "",
                Dollars(model.OutputPerMillion),
                Markup.Escape(More(model)));
        }

        var console = Consoles.For(output);
        console.Write(table);
        console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{models.Count} models, dollars per million tokens; catalog of {catalog.Date:yyyy-MM-dd}, {catalog.Hash[..12]}"));
        return 0;
    }

    private static string More(ModelPrice model)
    {
        var more = new List<string>();
        if (model.IsReasoning) more.Add("reasons");
        if (model.IsEmbedding) more.Add("embeds");
        if (model.AudioInputPerMillion is not null) more.Add("audio");
        foreach (var threshold in model.Steps.Select(step => step.AboveInputTokens).Where(threshold => threshold > 0).Distinct()) more.Add(string.Create(CultureInfo.InvariantCulture, $"dearer above {threshold:#,0}"));
        foreach (var tier in model.Steps.Select(step => step.ServiceTier).Distinct().Where(tier => tier != default)) more.Add(tier.ToString().ToLowerInvariant());
        foreach (var (name, factor) in model.Factors.OrderBy(item => item.Key, StringComparer.Ordinal)) more.Add(string.Create(CultureInfo.InvariantCulture, $"{name} ×{factor}"));
        return string.Join(", ", more);
    }

    private static string Tokens(long? tokens) => tokens?.ToString("#,0", CultureInfo.InvariantCulture) ?? "?";

    private static string Dollars(decimal dollars) => dollars.ToString("0.00####", CultureInfo.InvariantCulture);
}
