using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Ordo.Sync.Engine;
using Ordo.Sync.Sqlite.Encryption;

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
    public async Task An_encrypted_store_is_read_with_its_key_file_only()
    {
        byte[] key = RandomNumberGenerator.GetBytes(SqliteEncryptionKey.SizeBytes);
        _campus.Keys = new SqliteEncryptionKeys(new SqliteEncryptionKey("2026", key));
        await _campus.FillAsync("ann.db");
        await File.WriteAllTextAsync(_campus["keys"], $"2026={Convert.ToHexString(key)}\n");
        await File.WriteAllTextAsync(_campus["other"], $"2026={new string('0', 64)}\n");
        await File.WriteAllTextAsync(_campus["bad"], "2026 is no key\n");
        string store = _campus["ann.db"];

        JsonNode history = (await Tool.RunAsync("history", store, "grades/student/3", "--key-file", _campus["keys"], "--json"))
            .Require(0).Json;
        (await Tool.RunAsync("verify", store, "--key-file", _campus["keys"])).Require(0);
        ToolRun without = (await Tool.RunAsync("history", store, "grades/student/3")).Require(3);
        ToolRun wrong = (await Tool.RunAsync("history", store, "grades/student/3", "--key-file", _campus["other"])).Require(3);
        ToolRun bad = (await Tool.RunAsync("history", store, "grades/student/3", "--key-file", _campus["bad"])).Require(2);
        (await Tool.RunAsync("history", store, "grades/student/3", "--key-file", _campus["none"])).Require(3);

        Assert.Equal(3, (int)Assert.Single(history["versions"]!.AsArray())!["payload"]!["Score"]!);
        Assert.Contains("key", without.Errors, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("key", wrong.Errors, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("64 hexadecimal digits", bad.Errors, StringComparison.Ordinal);
        Assert.Empty(without.Output + wrong.Output);
    }

    [Fact]
    public async Task A_folder_of_faster_is_refused_with_what_to_name_instead()
    {
        Directory.CreateDirectory(_campus["state"]);

        ToolRun run = (await Tool.RunAsync("status", _campus["state"])).Require(3);

        Assert.Contains("SQLite stores only", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_command_teaches_how_it_is_used()
    {
        string[] commands =
        [
            "status", "journal", "conflicts list", "conflicts show", "conflicts resolve", "history", "verify", "repair", "digest",
            "export", "import", "bundle knowledge", "bundle inspect", "backup", "bench",
        ];
        ToolRun[] runs = await Task.WhenAll(
            commands.Select(command => Tool.RunAsync([.. command.Split(' '), "--help"])));

        Assert.All(runs, run => Assert.True(
            run.ExitCode == 0 && run.Output.Contains("Example", StringComparison.Ordinal), run.Output));
        Assert.All(runs.Where(run => !run.Output.Contains("bundle knowledge", StringComparison.Ordinal)), run => Assert.Contains(
            "--json", run.Output, StringComparison.Ordinal));
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
