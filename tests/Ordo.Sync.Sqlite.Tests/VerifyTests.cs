using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Ordo.Sync.Engine;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Engine.Verification;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Responder;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Sqlite.Tests;

/// <summary>Verifying stores whose files were altered with another program.</summary>
public sealed class VerifyTests : IDisposable
{
    private const string Scope = "course/A";
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_row_that_plain_sql_altered_is_found_and_fetched_again()
    {
        await using SqliteRecordStore hub = await OpenHubAsync();
        string file = _folder.Database;
        await FillAsync(file, hub, 500);
        Alter(file, "UPDATE notes SET _payload = x'81a454657874a3626164' WHERE _key = 'key-321'");

        VerifyReport report = await VerifyAsync(file, hub);

        VerifyFinding finding = Assert.Single(report.Scopes[0].Findings);
        Assert.Equal(
            new VerifyFinding("notes", "key-321", VerifyFault.ContentDiffers, VerifySide.Here, VerifyRemedy.FetchedAgain),
            finding);
        Assert.True(report.IsSound);
        Assert.Equal("text 321", await ReadAsync(file, hub, "key-321"));
    }

    [Fact]
    public async Task A_row_that_cannot_be_read_any_more_is_fetched_again()
    {
        await using SqliteRecordStore hub = await OpenHubAsync();
        string file = _folder.Database;
        await FillAsync(file, hub, 200);
        Alter(file, "UPDATE notes SET _author = 4711 WHERE _key IN ('key-5', 'key-150')");

        VerifyReport report = await VerifyAsync(file, hub);

        Assert.Equal(
            [("key-150", VerifyFault.Unreadable), ("key-5", VerifyFault.Unreadable)],
            report.Scopes[0].Findings.Select(finding => (finding.Key, finding.Fault)));
        Assert.All(report.Scopes[0].Findings, finding => Assert.Equal(VerifyRemedy.FetchedAgain, finding.Remedy));
        Assert.True(report.IsSound);
        Assert.Equal("text 150", await ReadAsync(file, hub, "key-150"));
        Assert.True((await VerifyAsync(file, hub)).WasSound);
    }

    [Fact]
    public async Task Without_a_hub_the_rows_that_cannot_be_read_are_named()
    {
        await using SqliteRecordStore hub = await OpenHubAsync();
        string file = _folder.Database;
        await FillAsync(file, hub, 100);
        Alter(file, "UPDATE notes SET _author = 4711 WHERE _key = 'key-42'");

        VerifyReport report = await VerifyAsync(file, hub, new VerifyOptions { WithHub = false });

        VerifyFinding finding = Assert.Single(report.Scopes[0].Findings);
        Assert.Equal(("key-42", VerifyFault.Unreadable, VerifyRemedy.None), (finding.Key, finding.Fault, finding.Remedy));
        Assert.False(report.IsSound);
    }

    private static void Alter(string file, string sql)
    {
        using SqliteConnection connection = PlainSql.Open(file, readOnly: false);
        PlainSql.Execute(connection, sql);
    }

    private async Task<SqliteRecordStore> OpenHubAsync()
    {
        var store = new SqliteRecordStore(new SqliteStoreOptions { Path = Path.Combine(_folder.Root, "hub.db") });
        await store.OpenAsync();
        return store;
    }

    private static async Task FillAsync(string file, SqliteRecordStore hub, int count)
    {
        await using ServiceProvider device = await DeviceAsync(file, hub);
        var engine = device.GetRequiredService<ISyncEngine>();
        ISyncCollection<Note> notes = engine.Scope(Scope).Collection<Note>("notes");
        await engine.WriteAsync(batch =>
        {
            for (int i = 0; i < count; i++)
            {
                batch.Put(notes, $"key-{i}", new Note { Text = $"text {i}" });
            }
        });
        (await engine.SyncAsync()).ThrowIfFailed();
    }

    private static async Task<VerifyReport> VerifyAsync(string file, SqliteRecordStore hub, VerifyOptions? options = null)
    {
        await using ServiceProvider device = await DeviceAsync(file, hub);
        return await device.GetRequiredService<ISyncEngine>().VerifyAsync(options);
    }

    private static async Task<string?> ReadAsync(string file, SqliteRecordStore hub, string key)
    {
        await using ServiceProvider device = await DeviceAsync(file, hub);
        ISyncCollection<Note> notes = device.GetRequiredService<ISyncEngine>().Scope(Scope).Collection<Note>("notes");
        return (await notes.GetAsync(key))?.Value.Text;
    }

    private static async Task<ServiceProvider> DeviceAsync(string file, SqliteRecordStore hub)
    {
        CollectionCatalog catalog = await CollectionCatalog.LoadAsync(hub);
        var responder = new ReplicaResponder(hub, catalog, new ResponderOptions(), TimeProvider.System);
        var services = new ServiceCollection();
        services.AddOrdoSync(sync =>
        {
            sync.UseSqlite($"Data Source={file}");
            sync.UseTransport(_ => new InProcessTransport(responder));
            sync.Collection<Note>("notes");
            sync.Subscribe(Scope);
        });
        return services.BuildServiceProvider();
    }

    public sealed record Note
    {
        public string Text { get; init; } = string.Empty;
    }
}
