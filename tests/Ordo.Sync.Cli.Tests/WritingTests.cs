using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Ordo.Sync.Engine;

namespace Ordo.Sync.Cli.Tests;

/// <summary>Commands that write, and only where they were told to and no app has the store.</summary>
public sealed class WritingTests : IAsyncDisposable
{
    private readonly Campus _campus = new();

    public ValueTask DisposeAsync() => _campus.DisposeAsync();

    [Fact]
    public async Task A_conflict_is_listed_shown_field_by_field_and_decided()
    {
        await _campus.DisputeAsync();
        string store = _campus["ann.db"];

        JsonNode list = (await Tool.RunAsync("conflicts", "list", store, "--json")).Require(0).Json;
        ToolRun shown = (await Tool.RunAsync("conflicts", "show", store, "grades/student/1")).Require(0);
        (await Tool.RunAsync("conflicts", "resolve", store, "grades/student/1", "--keep", "1")).Require(2);
        (await Tool.RunAsync("conflicts", "resolve", store, "grades/student/1", "--keep", "9", "--write")).Require(2);
        (await Tool.RunAsync("conflicts", "resolve", store, "grades/student/4", "--keep", "1", "--write")).Require(5);
        int late = list["conflicts"]![0]!["sides"]!.AsArray()
            .Single(side => (string)side!["payload"]!["Comment"]! == "late")!["number"]!.GetValue<int>();
        (await Tool.RunAsync(
            "conflicts", "resolve", store, "grades/student/1", "--keep", $"{3 - late}", "--field", $"Comment={late}",
            "--reason", "Moderated", "--author", "ann", "--write")).Require(0);
        JsonNode after = (await Tool.RunAsync("conflicts", "list", store, "--json")).Require(0).Json;

        Assert.Equal(1, (int)list["count"]!);
        Assert.Contains("≠", shown.Output, StringComparison.Ordinal);
        Assert.Contains("late", shown.Output, StringComparison.Ordinal);
        Assert.Equal(0, (int)after["count"]!);
        ISyncEngine ann = await _campus.OpenAsync("ann.db");
        Assert.Equal(new Grade { Score = 60, Comment = "late" }, (await Campus.Grades(ann).GetAsync("student/1"))!.Value);
        (await ann.SyncAsync()).ThrowIfFailed();
    }

    [Fact]
    public async Task An_altered_row_is_found_and_fetched_again_from_the_hub()
    {
        await _campus.StartHubAsync();
        await _campus.FillAsync("ann.db", 20);
        string store = _campus["ann.db"];
        string hub = _campus.Address!.AbsoluteUri;
        _campus.Alter("ann.db", "UPDATE grades SET _author = 4711 WHERE _key = 'student/7'");

        ToolRun alone = (await Tool.RunAsync("verify", store)).Require(1);
        JsonNode found = (await Tool.RunAsync("verify", store, "--hub", hub, "--json")).Require(1).Json;
        (await Tool.RunAsync("repair", store, "--hub", hub)).Require(2);
        (await Tool.RunAsync("repair", store, "--write")).Require(2);
        JsonNode repaired = (await Tool.RunAsync("repair", store, "--hub", hub, "--write", "--json")).Require(0).Json;
        (await Tool.RunAsync("verify", store, "--hub", hub)).Require(0);

        Assert.Contains("grades/student/7", alone.Output, StringComparison.Ordinal);
        Assert.Equal("grades/student/7", (string)found["scopes"]![0]!["findings"]![0]!["record"]!);
        Assert.Equal("FetchedAgain", (string)repaired["scopes"]![0]!["findings"]![0]!["remedy"]!);
        ISyncEngine ann = await _campus.OpenAsync("ann.db");
        Assert.Equal(7, (await Campus.Grades(ann).GetAsync("student/7"))!.Value.Score);
    }

    [Fact]
    public async Task Without_a_hub_what_is_there_can_be_accepted()
    {
        await _campus.FillAsync("ann.db");
        _campus.Alter("ann.db", "UPDATE grades SET _payload = x'81a553636f726505' WHERE _key = 'student/1'");

        (await Tool.RunAsync("verify", _campus["ann.db"])).Require(1);
        (await Tool.RunAsync("repair", _campus["ann.db"], "--accept", "--write")).Require(0);
        (await Tool.RunAsync("verify", _campus["ann.db"])).Require(0);
    }

    [Fact]
    public async Task Changes_travel_in_a_bundle_from_one_store_to_another()
    {
        await _campus.FillAsync("ann.db");
        await _campus.FillAsync("bob.db", 0);
        var secret = new Dictionary<string, string> { ["PHRASE"] = "correct horse" };
        string bundle = _campus["for-bob.bundle"];

        (await Tool.RunAsync("bundle", "knowledge", _campus["bob.db"], _campus["bob.knows"])).Require(0);
        JsonNode exported = (await Tool.RunAsync(
            secret,
            "export", _campus["ann.db"], bundle, "--for", _campus["bob.knows"], "--passphrase-env", "PHRASE", "--json"))
            .Require(0).Json;
        (await Tool.RunAsync("import", _campus["bob.db"], bundle, "--write")).Require(3);
        (await Tool.RunAsync("import", _campus["bob.db"], bundle)).Require(2);
        JsonNode imported = (await Tool.RunAsync(
            secret, "import", _campus["bob.db"], bundle, "--write", "--passphrase-env", "PHRASE", "--json")).Require(0).Json;
        (await Tool.RunAsync("digest", _campus["bob.db"], "--compare", _campus["ann.db"])).Require(0);

        Assert.Equal(5, (int)exported["records"]!);
        Assert.Equal(5, (int)imported["changed"]!);
        ISyncEngine bob = await _campus.OpenAsync("bob.db");
        Assert.Equal(3, (await Campus.Grades(bob).GetAsync("student/3"))!.Value.Score);
    }

    [Fact]
    public async Task A_damaged_bundle_is_reported_and_nothing_of_it_claimed()
    {
        await _campus.FillAsync("ann.db");
        await _campus.FillAsync("bob.db", 0);
        string bundle = _campus["all.bundle"];
        (await Tool.RunAsync("export", _campus["ann.db"], bundle)).Require(0);
        byte[] bytes = await File.ReadAllBytesAsync(bundle);
        bytes[200] ^= 1;
        await File.WriteAllBytesAsync(bundle, bytes);

        JsonNode report = (await Tool.RunAsync("import", _campus["bob.db"], bundle, "--write", "--json")).Require(1).Json;
        (await Tool.RunAsync("import", _campus["bob.db"], _campus["ann.db"], "--write")).Require(3);

        Assert.Equal("Incomplete", (string)report["scopes"]![0]!["status"]!);
        Assert.Single(report["damage"]!.AsArray());
    }

    [Fact]
    public async Task A_bundle_is_inspected_without_a_store()
    {
        await _campus.FillAsync("ann.db");
        string bundle = _campus["all.bundle"];
        using var signer = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await File.WriteAllTextAsync(_campus["ann.pem"], signer.ExportPkcs8PrivateKeyPem());
        var secret = new Dictionary<string, string> { ["PHRASE"] = "correct horse" };
        (await Tool.RunAsync(
            secret, "export", _campus["ann.db"], bundle, "--sign-key", _campus["ann.pem"], "--passphrase-env", "PHRASE")).Require(0);

        JsonNode found = (await Tool.RunAsync(secret, "bundle", "inspect", bundle, "--passphrase-env", "PHRASE", "--json"))
            .Require(0).Json;
        ToolRun people = (await Tool.RunAsync(secret, "bundle", "inspect", bundle, "--passphrase-env", "PHRASE")).Require(0);
        (await Tool.RunAsync("bundle", "inspect", bundle)).Require(3);
        byte[] bytes = await File.ReadAllBytesAsync(bundle);
        bytes[200] ^= 1;
        await File.WriteAllBytesAsync(bundle, bytes[..^20]);
        JsonNode damaged = (await Tool.RunAsync(secret, "bundle", "inspect", bundle, "--passphrase-env", "PHRASE", "--json"))
            .Require(1).Json;
        (await Tool.RunAsync("bundle", "inspect", _campus["ann.db"])).Require(3);
        (await Tool.RunAsync("bundle", "inspect", _campus["none"])).Require(3);

        Assert.True((bool)found["isEncrypted"]! && (bool)found["isWhole"]!);
        JsonNode scope = Assert.Single(found["scopes"]!.AsArray())!;
        Assert.Equal((Campus.Scope, 5), ((string)scope["scope"]!, (int)scope["records"]!));
        Assert.Equal(
            Convert.ToHexStringLower(SHA256.HashData(signer.ExportSubjectPublicKeyInfo())),
            (string)scope["signer"]!);
        Assert.Contains(Campus.Scope, people.Output, StringComparison.Ordinal);
        Assert.False((bool)damaged["isWhole"]!);
        Assert.True((bool)damaged["isTruncated"]!);
        Assert.NotEmpty(damaged["damage"]!.AsArray());
    }

    [Fact]
    public async Task A_store_that_an_app_has_open_is_not_written_to_and_the_user_is_told()
    {
        await _campus.FillAsync("ann.db");
        await _campus.OpenAsync("ann.db");

        ToolRun run = (await Tool.RunAsync("repair", _campus["ann.db"], "--accept", "--write")).Require(4);

        Assert.Contains("open for writing already", run.Errors, StringComparison.Ordinal);
    }
}
