using Ordo.Sync.Causality;
using Ordo.Sync.Core.Tests.Engine;
using Ordo.Sync.Errors;
using Ordo.Sync.Replication.Responder;

namespace Ordo.Sync.Core.Tests.Admission;

public sealed class ReplicaRegistryTests
{
    [Fact]
    public async Task Of_two_principals_who_register_one_replica_in_the_same_moment_one_has_it()
    {
        await using var store = new GatedStore();
        await store.OpenAsync(TestContext.Current.CancellationToken);
        var replica = new ReplicaId(7);
        var registries = (Here: new ReplicaRegistry(store), There: new ReplicaRegistry(store));

        // Both have looked, and found it to be nobody's, before either writes.
        store.Close();
        Task<SyncException?> ann = RegisterAsync(registries.Here, replica, "ann");
        Task<SyncException?> mallory = RegisterAsync(registries.There, replica, "mallory");
        store.Open();
        SyncException?[] refusals = await Task.WhenAll(ann, mallory);

        Assert.Equal(SyncErrorCode.IdentityRefused, Assert.Single(refusals, refusal => refusal is not null)!.Code);
        string? owner = await new ReplicaRegistry(store).LoadAsync(replica, TestContext.Current.CancellationToken);
        Assert.Equal(refusals[0] is null ? "ann" : "mallory", owner);
    }

    private static async Task<SyncException?> RegisterAsync(ReplicaRegistry registry, ReplicaId replica, string principal) =>
        await Record.ExceptionAsync(() => registry.RegisterAsync(replica, principal).AsTask()) as SyncException;
}
