using Ordo.Sync.Engine.Extensions;
using Ordo.Sync.Engine.Health;

namespace Ordo.Sync.Core.Tests.Engine.Identity;

/// <summary>An extension that writes down which identities were taken.</summary>
internal sealed class RenewalNotes : ISyncExtension
{
    public List<IdentityRenewal> Renewals { get; } = [];

    public ValueTask IdentityRenewedAsync(IdentityRenewal renewal, CancellationToken cancellationToken = default)
    {
        Renewals.Add(renewal);
        return ValueTask.CompletedTask;
    }
}
