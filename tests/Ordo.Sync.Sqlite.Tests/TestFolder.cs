namespace Ordo.Sync.Sqlite.Tests;

/// <summary>A folder of one test, removed with it.</summary>
public sealed class TestFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ordo-sqlite-");

    public string Root => _folder.FullName;

    public string Database => Path.Combine(Root, "store.db");

    public SqliteStoreOptions Options => new() { Path = Database };

    public async Task<SqliteRecordStore> OpenAsync(SqliteStoreOptions? options = null)
    {
        var store = new SqliteRecordStore(options ?? Options);
        try
        {
            await store.OpenAsync();
            return store;
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    public Task<SqliteRecordStore> OpenReadOnlyAsync() => OpenAsync(new SqliteStoreOptions { Path = Database, ReadOnly = true });

    public void Dispose() => _folder.Delete(recursive: true);
}
