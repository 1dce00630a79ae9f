using System.Text.Json.Nodes;
using Ordo.Sync.Engine;

namespace Ordo.Sync.Cli.Tests;

/// <summary>Commands that only look, on a store that an app has open.</summary>
public sealed class ReadingTests : IAsyncDisposable
{
    private readonly Campus _campus = new();

    public ValueTask DisposeAsync() => _campus.DisposeAsync();

    [Fact]
    public async Task Status_and_journal_tell_of_a_store_that_an_app_has_open()
    {
        ISyncEngine engine = await _campus.OpenAsync("ann.db");
        await Campus.Grades(engine).PutAsync("student/1", new Grade { Score = 78 });
        await Campus.Grades(engine).DeleteAsync("student/2");

        JsonNode status = (await Tool.RunAsync("status", _campus["ann.db"], "--json")).Require(0).Json;
        JsonNode journal = (await Tool.RunAsync("journal", _campus["ann.db"], "--json", "--limit", "1")).Require(0).Json;
        ToolRun people = (await Tool.RunAsync("status", _campus["ann.db"])).Require(0);
        ToolRun list = (await Tool.RunAsync("journal", _campus["ann.db"], "--scope", Campus.Scope)).Require(0);

        Assert.True((bool)status["isOpenInAnApp"]!);
        Assert.Equal(2, (int)status["pending"]!);
        Assert.Equal(1, (int)status["scopes"]![0]!["records"]!);
        Assert.Contains(status["collections"]!.AsArray(), found => (string)found!["strategy"]! == "AcademicRecord");
        Assert.Equal(2, (int)journal["pending"]!);
        Assert.Equal("grades/student/1", (string)Assert.Single(journal["entries"]!.AsArray())!["record"]!);
        Assert.Contains("2 writes wait for the hub", people.Output, StringComparison.Ordinal);
        Assert.Contains("grades/student/2", list.Output, StringComparison.Ordinal);
        await Campus.Grades(engine).PutAsync("student/3", new Grade());
    }

    [Fact]
    public async Task History_digest_and_verify_tell_of_every_version()
    {
        await _campus.FillAsync("ann.db");
        ISyncEngine engine = await _campus.OpenAsync("ann.db");
        await Campus.Grades(engine).PutAsync("student/1", new Grade { Score = 90 });

        JsonNode history = (await Tool.RunAsync("history", _campus["ann.db"], "grades/student/1", "--json")).Require(0).Json;
        ToolRun shown = (await Tool.RunAsync("history", _campus["ann.db"], "grades/student/1")).Require(0);
        ToolRun digest = (await Tool.RunAsync("digest", _campus["ann.db"], "--compare", _campus["ann.db"])).Require(0);
        JsonNode verified = (await Tool.RunAsync("verify", _campus["ann.db"], "--json")).Require(0).Json;

        Assert.Equal([1, 90], history["versions"]!.AsArray().Select(version => (int)version!["payload"]!["Score"]!));
        Assert.Equal([false, true], history["versions"]!.AsArray().Select(version => (bool)version!["isCurrent"]!));
        Assert.Contains("superseded", shown.Output, StringComparison.Ordinal);
        Assert.Contains("yes", digest.Output, StringComparison.Ordinal);
        Assert.True((bool)verified["isSound"]!);
    }

    [Fact]
    public async Task A_backup_taken_while_the_app_writes_is_a_store_with_the_same_digest()
    {
        await _campus.FillAsync("ann.db");
        await _campus.OpenAsync("ann.db");

        (await Tool.RunAsync("backup", _campus["ann.db"], _campus["copy.db"])).Require(0);
        (await Tool.RunAsync("digest", _campus["ann.db"], "--compare", _campus["copy.db"])).Require(0);
        ToolRun again = (await Tool.RunAsync("backup", _campus["ann.db"], _campus["copy.db"])).Require(2);

        Assert.Contains("--overwrite", again.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bench_measures_and_leaves_nothing_behind()
    {
        JsonNode result = (await Tool.RunAsync(
            "bench", "--records", "100", "--json", "--folder", Path.GetDirectoryName(_campus["x"])!)).Require(0).Json;

        Assert.True((double)result["readsPerSecond"]! > 0);
        Assert.Empty(Directory.GetDirectories(Path.GetDirectoryName(_campus["x"])!));
        (await Tool.RunAsync("bench", "--records", "1")).Require(2);
    }

    [Fact]
    public async Task What_is_not_there_or_no_store_is_said_clearly()
    {
        await _campus.FillAsync("ann.db");
        await File.WriteAllTextAsync(_campus["text.db"], "This is no database, but it is long enough to be looked at as one.");

        ToolRun missing = (await Tool.RunAsync("status", _campus["none.db"])).Require(3);
        ToolRun text = (await Tool.RunAsync("status", _campus["text.db"])).Require(3);
        (await Tool.RunAsync("history", _campus["ann.db"], "grades/nobody")).Require(5);
        (await Tool.RunAsync("history", _campus["ann.db"], "grades")).Require(2);
        (await Tool.RunAsync("journal", _campus["ann.db"], "--limit", "0")).Require(2);
        (await Tool.RunAsync("verify", _campus["ann.db"], "--scope", "no/such")).Require(5);
        (await Tool.RunAsync("verify", _campus["ann.db"], "--hub", "http://127.0.0.1:9/sync")).Require(3);
        (await Tool.RunAsync("nonsense")).Require(2);
        ToolRun help = (await Tool.RunAsync("--help")).Require(0);

        Assert.Contains("none.db", missing.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(_campus["none.db"]));
        Assert.NotEmpty(text.Errors);
        Assert.Contains("Examples:", help.Output, StringComparison.Ordinal);
    }
}
