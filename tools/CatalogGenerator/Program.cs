using SafeLlm.CatalogGenerator;

// Writes the embedded price catalog and the report of what was dropped, taken for "no price" and found in disagreement:
//   dotnet run --project tools/CatalogGenerator -- <folder with the price tables> <repository root>
if (args is not [var tables, var repository])
{
    await Console.Error.WriteLineAsync("Usage: CatalogGenerator <folder with litellm_prices.json and genai_prices_data.json> <repository root>").ConfigureAwait(false);
    return 2;
}

var report = new Report();
var free = File.ReadAllLines(Path.Combine(repository, "tools", "CatalogGenerator", "free-models.txt")).Where(line => line.Length > 0 && line[0] != '#').ToHashSet(StringComparer.Ordinal);
var cleaner = new Cleaner(report, free);
var merged = new Merger(report);
foreach (var entry in LiteLlmTable.Read(Path.Combine(tables, "litellm_prices.json")))
{
    merged.Add(cleaner.Clean(entry));
}

foreach (var entry in GenAiTable.Read(Path.Combine(tables, "genai_prices_data.json")))
{
    merged.Add(cleaner.Clean(entry));
}

var models = merged.Complete();
CatalogWriter.Write(Path.Combine(repository, "src", "SafeLlm.Core", "Pricing", "catalog.tsv"), CatalogWriter.Date, models);
report.Write(Path.Combine(repository, "tools", "CatalogGenerator", "report.md"), models.Count);
Console.WriteLine($"{models.Count} models; {report.Summary}");
return 0;
