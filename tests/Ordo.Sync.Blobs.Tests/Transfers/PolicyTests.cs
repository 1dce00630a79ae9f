using Microsoft.Extensions.DependencyInjection;
using Ordo.Sync.Engine.Blobs;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Blobs.Tests.Transfers;

/// <summary>What a device fetches ahead, by whichever rule comes first.</summary>
public sealed class PolicyTests : TransferWorld
{
    private const string Other = "course/BBB-2014B";

    public static TheoryData<string, bool, bool> Policies => new()
    {
        { "in scopes", false, true },
        { "never, then always", true, false },
        { "always, then never", true, true },
        { "when opened, then always", true, false },
        { "on demand", false, false },
        { "nothing", false, false },
        { "everything", true, true },
    };

    [Theory]
    [MemberData(nameof(Policies))]
    public async Task A_policy_decides_scope_by_scope_and_its_first_rule_counts(string name, bool hasMine, bool hasOther)
    {
        TestHub hub = await HubAsync();
        TestDevice writer = Device("writer", hub, out _, sync => sync.Subscribe(Other));
        BlobRef mine = await writer.PublishAsync("slides", Content.Of(5_000, 1));
        BlobRef other = await writer.Blobs.ImportAsync(new MemoryStream(Content.Of(5_000, 2)));
        await writer.Engine.Scope(Other).Collection<Handout>("handouts").PutAsync("slides", new Handout { File = other });
        (await writer.SyncAsync()).ThrowIfFailed();
        TestDevice reader = Device("reader", hub, out _, sync => sync
            .Subscribe(Other).ConfigureBlobs(options => options.Downloads = PolicyCalled(name)));

        (await reader.SyncAsync()).ThrowIfFailed();

        Assert.Equal(hasMine, (await reader.Blobs.GetStatusAsync(mine.Id)).IsHeld);
        Assert.Equal(hasOther, (await reader.Blobs.GetStatusAsync(other.Id)).IsHeld);
    }

    private static BlobDownloadPolicy PolicyCalled(string name) => name switch
    {
        "in scopes" => BlobDownloadPolicy.InScopes(Other),
        "never, then always" => BlobDownloadPolicy.OnDemand.Never(one => one.Scope == Other).Always(_ => true),
        "always, then never" => BlobDownloadPolicy.OnDemand.Always(_ => true).Never(one => one.Scope == Other),
        "when opened, then always" => BlobDownloadPolicy.OnDemand.WhenOpened(one => one.Scope == Other).Always(_ => true),
        "nothing" => BlobDownloadPolicy.Nothing,
        "everything" => BlobDownloadPolicy.Everything,
        _ => BlobDownloadPolicy.OnDemand,
    };
}
