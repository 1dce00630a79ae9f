using Ordo.Sync.Process.Tests.Writers;
using Ordo.Sync.Storage;
using SystemProcess = System.Diagnostics.Process;

namespace Ordo.Sync.Process.Tests;

/// <summary>The disk is full, or read-only: a small file system of its own, in a mount namespace that ends with the process.</summary>
public sealed class DiskTests : IDisposable
{
    private const string Mount = "mount -t tmpfs -o size=$1 tmpfs \"$0\" && shift && exec \"$@\"";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ordo-disk-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("Sqlite", Durability.Full)]
    [InlineData("Sqlite", Durability.Normal)]
    [InlineData("Faster", Durability.Full)]
    [InlineData("Faster", Durability.Normal)]
    public async Task On_a_full_disk_writes_fail_clearly_nothing_is_lost_and_with_space_they_go_on(
        string store, Durability durability)
    {
        Assert.SkipUnless(CanMount(), "This system lets nobody mount a file system in a namespace of his own.");
        var order = new WriterOrder(
            "fill", Path.Combine(_folder.FullName, "writer.db"), Enum.Parse<WriterStore>(store), durability, FirstValue: 1);
        using WriterProcess writer = WriterProcess.Start(
            order, "unshare", "--map-root-user", "--mount", "sh", "-c", Mount, _folder.FullName, store == "Faster" ? "24m" : "8m");
        List<string> lines = await ReadToEndAsync(writer);
        string[] failures = [.. lines.TakeWhile(line => line.StartsWith("failed", StringComparison.Ordinal))];
        Assert.Equal(3, failures.Length);
        Assert.All(failures, line => Assert.StartsWith("failed StoreFull", line, StringComparison.Ordinal));
        Assert.Equal(["journaled 0"], lines.Skip(4));
        Assert.StartsWith("again", lines[3], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Sqlite")]
    [InlineData("Faster")]
    public async Task On_a_disk_that_became_read_only_a_write_fails_clearly_and_nothing_is_lost(string store)
    {
        Assert.SkipUnless(CanMount(), "This system lets nobody mount a file system in a namespace of his own.");
        var order = new WriterOrder(
            "freeze", Path.Combine(_folder.FullName, "writer.db"), Enum.Parse<WriterStore>(store), Durability.Full, FirstValue: 1);
        using WriterProcess writer = WriterProcess.Start(
            order, "unshare", "--map-root-user", "--mount", "sh", "-c", Mount, _folder.FullName, "16m");
        List<string> lines = await ReadToEndAsync(writer);
        Assert.Equal(["failed StoreUnavailable True", "again 51"], lines);
    }

    [Theory]
    [InlineData("Sqlite", Durability.Full)]
    [InlineData("Sqlite", Durability.Normal)]
    [InlineData("Faster", Durability.Full)]
    [InlineData("Faster", Durability.Normal)]
    public async Task Where_the_system_refuses_to_write_writes_fail_clearly_nothing_is_lost_and_later_they_go_on(
        string store, Durability durability)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/prlimit"), "This system has no prlimit.");
        var order = new WriterOrder(
            "refuse", Path.Combine(_folder.FullName, "writer.db"), Enum.Parse<WriterStore>(store), durability, FirstValue: 1);

        // The signal of the limit would end the process; a process that ignores it gets an error from the write.
        using WriterProcess writer = WriterProcess.Start(order, "sh", "-c", "trap '' XFSZ; exec \"$0\" \"$@\"");
        List<string> lines = await ReadToEndAsync(writer);
        Assert.Equal([.. Enumerable.Repeat("failed StoreUnavailable False True", 3), "journaled 0"], lines);
    }

    private static async Task<List<string>> ReadToEndAsync(WriterProcess writer)
    {
        var lines = new List<string>();
        while (await writer.ReadAsync() is { } line)
        {
            lines.Add(line);
        }

        Assert.Equal(0, await writer.WaitAsync());
        return lines;
    }

    private bool CanMount()
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        using SystemProcess trial = SystemProcess.Start(
            "unshare", ["--map-root-user", "--mount", "sh", "-c", Mount, _folder.FullName, "8m", "true"]);
        trial.WaitForExit();
        return trial.ExitCode == 0;
    }
}
