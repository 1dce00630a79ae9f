using Ordo.Sync.Causality;
using Ordo.Sync.Storage;
using Ordo.Sync.Storage.Identity;
using static Ordo.Sync.Sqlite.Tests.Sample;

namespace Ordo.Sync.Sqlite.Tests;

/// <summary>A store that was copied or put back takes a new incarnation when it opens, and no other one does.</summary>
public sealed class SidecarTests : IDisposable
{
    private readonly TestFolder _folder = new();

    private string Copy => Path.Combine(_folder.Root, "copy", "store.db");

    private string Sidecar => _folder.Database + ".sidecar";

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_store_that_was_closed_or_killed_keeps_its_incarnation()
    {
        ReplicaId first;
        await using (SqliteRecordStore store = await _folder.OpenAsync())
        {
            first = store.Replica;
            await WriteAsync(store, "a");
            CopyFiles(Path.GetDirectoryName(_folder.Database)!, "killed");
        }

        // What a kill leaves, in the very files: the same file system entries with the content of a moment ago.
        foreach (string file in Directory.EnumerateFiles(Path.Combine(_folder.Root, "killed")))
        {
            Overwrite(file, Path.Combine(_folder.Root, Path.GetFileName(file)));
        }

        await using SqliteRecordStore again = await _folder.OpenAsync();
        Assert.Null(again.RenewalReason);
        Assert.Equal(first, again.Replica);
    }

    [Fact]
    public async Task A_file_copied_while_its_store_is_open_opens_as_another_replica_and_the_original_goes_on()
    {
        await using SqliteRecordStore store = await _folder.OpenAsync();
        await WriteAsync(store, "a");
        CopyFiles(_folder.Root, "copy");
        await using (SqliteRecordStore copy = await _folder.OpenAsync(new SqliteStoreOptions { Path = Copy }))
        {
            Assert.NotNull(copy.RenewalReason);
            Assert.NotEqual(store.Replica, copy.Replica);
            Assert.NotNull(await copy.GetAsync(Scope, Key("a")));
            await using IStoreSnapshot snapshot = await copy.ReadAsync();
            Assert.Equal([store.Replica, copy.Replica], await Incarnations.ListAsync(snapshot));
            await WriteAsync(copy, "b");
        }

        // What it took is what it keeps.
        await using SqliteRecordStore again = await _folder.OpenAsync(new SqliteStoreOptions { Path = Copy });
        Assert.Null(again.RenewalReason);
        Assert.NotEqual(store.Replica, again.Replica);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_backup_put_in_place_is_noticed(bool isFromTheSameSession)
    {
        string backup = Path.Combine(_folder.Root, "backup.db");
        ReplicaId first;
        await using (SqliteRecordStore store = await _folder.OpenAsync())
        {
            first = store.Replica;
            await WriteAsync(store, "a");
            await store.BackupAsync(backup);
            await WriteAsync(store, "b");
        }

        if (!isFromTheSameSession)
        {
            await (await _folder.OpenAsync()).DisposeAsync();
        }

        Overwrite(backup, _folder.Database);
        await using SqliteRecordStore restored = await _folder.OpenAsync();
        Assert.NotNull(restored.RenewalReason);
        Assert.NotEqual(first, restored.Replica);
        Assert.Null(await restored.GetAsync(Scope, Key("b")));
    }

    /// <summary>What it wrote as that one others may still have, and only it can know that it was its own.</summary>
    [Fact]
    public async Task A_backup_put_in_place_twice_is_told_of_the_incarnation_between()
    {
        string backup = Path.Combine(_folder.Root, "backup.db");
        ReplicaId first;
        await using (SqliteRecordStore store = await _folder.OpenAsync())
        {
            first = store.Replica;
            await store.BackupAsync(backup);
            await WriteAsync(store, "a");
        }

        List<ReplicaId> between = [];
        for (int i = 0; i < 2; i++)
        {
            Overwrite(backup, _folder.Database);
            await using SqliteRecordStore restored = await _folder.OpenAsync();
            between.Add(restored.Replica);
            await WriteAsync(restored, "a");
        }

        Overwrite(backup, _folder.Database);
        await using SqliteRecordStore last = await _folder.OpenAsync();

        await using IStoreSnapshot snapshot = await last.ReadAsync();
        Assert.Equal([first, last.Replica], await Incarnations.ListAsync(snapshot));
        IReadOnlyList<LocalEntry> former = await snapshot.ListLocalAsync("former-incarnations", afterKey: null, 10);
        Assert.Equal(between.Select(replica => replica.ToString()).Order(), former.Select(entry => entry.Key));
    }

    [Fact]
    public async Task A_sidecar_that_is_gone_or_damaged_costs_an_incarnation_and_nothing_else()
    {
        ReplicaId first;
        await using (SqliteRecordStore store = await _folder.OpenAsync())
        {
            first = store.Replica;
            await WriteAsync(store, "a");
        }

        await File.WriteAllTextAsync(Sidecar, "ordo-sync sidecar 1\nnonsense");
        await using SqliteRecordStore again = await _folder.OpenAsync();
        Assert.NotEqual(first, again.Replica);
        Assert.NotNull(await again.GetAsync(Scope, Key("a")));
        Assert.Empty(await again.VerifyIntegrityAsync());
    }

    [Fact]
    public async Task With_a_sidecar_elsewhere_a_whole_folder_put_back_is_noticed()
    {
        var options = new SqliteStoreOptions { Path = _folder.Database, SidecarFolder = Path.Combine(_folder.Root, "state") };
        await using (SqliteRecordStore store = await _folder.OpenAsync(options))
        {
            await WriteAsync(store, "a");
            CopyFiles(_folder.Root, "backup");
            await WriteAsync(store, "b");
        }

        foreach (string file in Directory.EnumerateFiles(Path.Combine(_folder.Root, "backup")))
        {
            Overwrite(file, Path.Combine(_folder.Root, Path.GetFileName(file)));
        }

        await using SqliteRecordStore restored = await _folder.OpenAsync(options);
        Assert.NotNull(restored.RenewalReason);
    }

    private static async Task WriteAsync(SqliteRecordStore store, string key)
    {
        await using IStoreTransaction transaction = await store.BeginAsync();
        await transaction.PutAsync(Scope, Record(key, transaction.NextDots(), Payload(("score", 1))));
        await transaction.CommitAsync(Durability.Full);
    }

    // The same file with other content, as a copy over it leaves it.
    private static void Overwrite(string source, string target)
    {
        using var file = new FileStream(target, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
        byte[] content = File.ReadAllBytes(source);
        file.SetLength(0);
        file.Write(content);
    }

    private void CopyFiles(string from, string to)
    {
        string folder = Directory.CreateDirectory(Path.Combine(_folder.Root, to)).FullName;
        foreach (string file in Directory.EnumerateFiles(from).Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }
    }
}
