using System.Security.Claims;
using Ordo.Campus.Identity;
using Ordo.Sync.AspNetCore.Authorization;

namespace Ordo.Campus.Hub;

/// <summary>
/// Who may do what, by the kind of scope. Rights are by scope: who may read one receives all of it.
/// </summary>
/// <remarks>
/// Everybody of a course sees its results by student number, as on a notice board. A campus that must hide them gives each student
/// a scope of their own.
/// </remarks>
internal sealed class CampusRights : IScopeAuthorizer
{
    private const ScopeRights ReadWrite = ScopeRights.Read | ScopeRights.Write;

    public ValueTask<ScopeRights> AuthorizeAsync(
        ClaimsPrincipal principal, string scope, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(RightsOf(CampusRole.Find(principal.FindFirst("sub")?.Value), scope));

    private static ScopeRights RightsOf(CampusRole? role, string scope)
    {
        string kind = scope.Split('/')[0];
        return (kind, role) switch
        {
            (_, null) => ScopeRights.None,
            ("course" or "registry", { MayApprove: true }) => ReadWrite | ScopeRights.Approve,
            ("course" or "registry", { IsStaff: true }) => ReadWrite,
            ("course" or "registry", _) => ScopeRights.Read,
            ("catalogue", { MayApprove: true }) => ReadWrite,
            ("catalogue", _) => ScopeRights.Read,
            ("room" or "people", _) => ReadWrite,
            _ => ScopeRights.None,
        };
    }
}
