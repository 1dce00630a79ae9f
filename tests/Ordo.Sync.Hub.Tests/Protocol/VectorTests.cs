using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ordo.Sync.Documentation.Tests;

namespace Ordo.Sync.Hub.Tests.Protocol;

/// <summary>
/// The published vectors against the code, in both directions. With <c>ORDO_UPDATE_VECTORS=1</c> they are written anew: for
/// changes of the protocol that are meant.
/// </summary>
public sealed class VectorTests
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly string Folder = Path.Combine(Checkout.Root, "docs", "protocol-vectors");

    public static TheoryData<string> Names => [.. VectorCatalog.All.Select(vector => vector.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_code_writes_what_the_vector_holds_and_reads_what_it_says(string name)
    {
        Vector vector = VectorCatalog.All.Single(candidate => candidate.Name == name);
        string hexFile = Path.Combine(Folder, name + ".hex");
        string jsonFile = Path.Combine(Folder, name + ".json");
        if (Environment.GetEnvironmentVariable("ORDO_UPDATE_VECTORS") == "1")
        {
            byte[] fresh = vector.Write();
            Directory.CreateDirectory(Folder);
            File.WriteAllText(hexFile, Lines(fresh));
            File.WriteAllText(jsonFile, vector.Describe(fresh).ToJsonString(Indented) + "\n");
        }

        byte[] published = Convert.FromHexString(string.Concat(File.ReadAllLines(hexFile)));
        JsonNode described = JsonNode.Parse(File.ReadAllText(jsonFile))!;

        Assert.Equal(Convert.ToHexString(published), Convert.ToHexString(vector.Write()));
        Assert.Equal(described.ToJsonString(Indented), vector.Describe(published).ToJsonString(Indented));
        if (vector.Rewrite is not null)
        {
            Assert.Equal(Convert.ToHexString(published), Convert.ToHexString(vector.Rewrite(published)));
        }
    }

    [Fact]
    public void Every_file_of_the_folder_belongs_to_a_vector()
    {
        IEnumerable<string> expected = VectorCatalog.All.Select(vector => vector.Name)
            .Concat(HashVectorTests.Names).Concat(RefusalVectorTests.Names);

        IEnumerable<string> found = Directory.GetFiles(Folder, "*.hex").Select(file => Path.GetFileNameWithoutExtension(file)!);

        Assert.Equal(expected.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
    }

    internal static string Lines(byte[] bytes) =>
        string.Concat(bytes.Chunk(32).Select(line => Convert.ToHexStringLower(line) + "\n"));

    internal static string Json(JsonNode node) => node.ToJsonString(Indented);
}
