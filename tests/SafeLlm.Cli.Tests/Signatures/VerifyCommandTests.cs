using System.Text.Json;
using System.Text.Json.Nodes;
using SafeLlm.Cli.Signatures;
using SafeLlm.Tests;

namespace SafeLlm.Cli.Tests.Signatures;

public sealed class VerifyCommandTests : IDisposable
{
    private static readonly string Public = SharedData.Path("data", "signing", "public.json");
    private static readonly string Seed = SharedData.Path("data", "signing", "seed_python_vectors.json");

    private readonly string folder = Directory.CreateTempSubdirectory("safellm-vectors-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Vectors_OfThePublicFile_AllComeOutAsWritten()
    {
        var run = await CommandRun.OfAsync(VerifyCommand.Create(), "--vectors", Public);

        Assert.Equal(0, run.Exit);
        // 85 vectors, and two steps for each of three sequences
        Assert.Equal(91, run.Lines.Count);
        Assert.Equal("""{"id":"p-pos-001","result":"accept","reason":null}""", run.Lines[0]);
        Assert.Contains("""{"id":"p-neg-055","result":"reject","reason":"replay"}""", run.Lines);
        Assert.Contains("""{"id":"p-neg-057","result":"reject","reason":"json_duplicate_key"}""", run.Lines);
        Assert.Equal(
            ["""{"id":"p-seq-3","result":"reject","reason":"signature_invalid"}""", """{"id":"p-seq-3","result":"accept","reason":null}"""],
            run.Lines.TakeLast(2));
        // keyid is a path: its syntax is refused before anybody looks it up
        Assert.Equal("warning: p-neg-045 is refused for params, the file says key_unknown.", run.Errors.Trim());
    }

    [Fact]
    public async Task Vectors_OfCPython_AllComeOutAsWritten()
    {
        var run = await CommandRun.OfAsync(VerifyCommand.Create(), "--vectors", Seed, "--profile", "seed-v0");

        Assert.Equal(0, run.Exit);
        Assert.Equal(37, run.Lines.Count);
        Assert.All(run.Lines, line => Assert.Equal(["id", "result", "reason"], JsonElement.Parse(line).EnumerateObject().Select(member => member.Name)));
    }

    [Theory]
    [InlineData("p-pos-003", "signature")]
    [InlineData("p-pos-003", "base")]
    [InlineData("p-pos-003", "digest")]
    [InlineData("p-pos-003", "policy")]
    [InlineData("p-pos-002", "signature")]
    [InlineData("p-pos-002", "base")]
    [InlineData("p-pos-025", "policy")]
    public async Task Vector_ThatWasTamperedWith_IsFoundAtTheLevelOfItsChecks(string id, string check)
    {
        var run = await RunAsync(file => Only(file, id, vector =>
        {
            vector["checks"] = new JsonArray(check);
            switch (check)
            {
                case "base":
                    vector["expected"]!["signature_base"] += " ";
                    break;
                case "digest":
                    vector["request"]!["body_b64"] = "e30=";
                    break;
                default:
                    vector["request"]!["method"] = "PUT";
                    break;
            }
        }));

        Assert.Equal(1, run.Exit);
        Assert.Contains($"wrong: {id} is reject", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Vector_ThatShowsBaseAndSignatureOnly_IsRefusedByTheProfileItself()
    {
        var run = await RunAsync(file => Only(file, "p-pos-001", vector => vector["checks"] = new JsonArray("policy")));

        Assert.Equal(1, run.Exit);
        Assert.Equal("""{"id":"p-pos-001","result":"reject","reason":"tag"}""", run.Lines.Single());
    }

    [Fact]
    public async Task Reason_ThatDiffers_IsAWarningOnly()
    {
        var run = await RunAsync(file => Only(file, "p-neg-001", vector => vector["expected"]!["reason"] = "coverage"));

        Assert.Equal(0, run.Exit);
        Assert.Contains("warning: p-neg-001 is refused for digest_mismatch, the file says coverage.", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sequence_WhoseReplayIsExpectedToPass_IsWrong()
    {
        var run = await RunAsync(file =>
        {
            file["vectors"] = new JsonArray();
            file["sequences"]![0]!["steps"]![1]!["expected"] = "accept";
        });

        Assert.Equal(1, run.Exit);
    }

    [Fact]
    public async Task SequenceOfAVector_WhoseFirstStepFails_IsWrongThoughItsLastIsRight()
    {
        var run = await RunAsync(file => Only(file, "p-neg-055", vector => vector["sequence"] = new JsonArray("reject:stale", "reject:replay")));

        Assert.Equal(1, run.Exit);
    }

    [Theory]
    [InlineData("Content-Type", "application/json; charset=utf-16", "signature_invalid")]
    [InlineData("Host", "api.other.example", "wrong_authority")]
    [InlineData("X-SafeLlm-User", "42", "coverage")]
    public async Task Header_AddedToAGoodVector_IsRefused(string name, string value, string reason)
    {
        var run = await RunAsync(file => Only(file, "p-pos-003", vector =>
        {
            vector["checks"] = new JsonArray("policy");
            var headers = vector["request"]!["headers"]!.AsArray();
            foreach (var line in headers.Where(line => line![0]!.GetValue<string>() == name).ToList()) headers.Remove(line);
            headers.Add(new JsonArray(name, value));
        }));

        Assert.Equal($$"""{"id":"p-pos-003","result":"reject","reason":"{{reason}}"}""", run.Lines.Single());
    }

    [Fact]
    public async Task Key_ThatCannotBeLoaded_IsLeftOutWithAWarning()
    {
        var run = await RunAsync(file =>
        {
            file["keys"]!["rsa"] = new JsonObject { ["alg"] = "rsa-pss-sha512", ["public_pem"] = "x" };
            file["keys"]!["short"] = new JsonObject { ["alg"] = "hmac-sha256", ["secret_b64"] = "c2hvcnQ=" };
        });

        Assert.Equal(0, run.Exit);
        Assert.Contains("rsa-pss-sha512", run.Errors, StringComparison.Ordinal);
        Assert.Contains("5 bytes", run.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("""{"vectors":[{"id":"a"}]}""")]
    [InlineData("""{"vectors":[{"id":"a","expected":{"result":"accept"},"request":{"method":"GET","url":"nowhere","headers":[]}}]}""")]
    [InlineData("""{"vectors":[{"id":"a","expected":{"result":"accept"},"now":1,"request":{"method":"GET","url":"https://a/","headers":[["x"]]}}]}""")]
    [InlineData("""{"vectors":[{"id":"a","expected":{"result":"accept"},"now":1e300,"request":{"method":"GET","url":"https://a/","headers":[]}}]}""")]
    [InlineData("""{"vectors":[{"id":"a","expected":{"result":"accept"},"now":99999999999999,"request":{"method":"GET","url":"https://a/","headers":[]}}]}""")]
    public async Task File_OfAnotherShape_IsToldAndExitsWithTwo(string text)
    {
        var file = Path.Combine(folder, "odd.json");
        await File.WriteAllTextAsync(file, text, TestContext.Current.CancellationToken);
        var run = await CommandRun.OfAsync(VerifyCommand.Create(), "--vectors", file);

        Assert.Equal(2, run.Exit);
        Assert.Contains("cannot be run", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task File_ThatIsAbsent_ExitsWithTwo() =>
        Assert.Equal(2, (await CommandRun.OfAsync(VerifyCommand.Create(), "--vectors", Path.Combine(folder, "absent.json"))).Exit);

    private static void Only(JsonNode file, string id, Action<JsonNode> change)
    {
        var vector = file["vectors"]!.AsArray().Single(one => one!["id"]!.GetValue<string>() == id)!.DeepClone();
        change(vector);
        file["vectors"] = new JsonArray(vector);
        file["sequences"] = new JsonArray();
    }

    private async Task<CommandRun> RunAsync(Action<JsonNode> change)
    {
        var file = JsonNode.Parse(await File.ReadAllTextAsync(Public, TestContext.Current.CancellationToken))!;
        change(file);
        var path = Path.Combine(folder, "changed.json");
        await File.WriteAllTextAsync(path, file.ToJsonString(), TestContext.Current.CancellationToken);
        return await CommandRun.OfAsync(VerifyCommand.Create(), "--vectors", path);
    }
}
