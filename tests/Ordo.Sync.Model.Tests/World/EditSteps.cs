using Ordo.Sync.Model.Tests.Schedules;
using Ordo.Sync.Model.Tests.State;
using Version = Ordo.Sync.Model.Tests.State.Version;

namespace Ordo.Sync.Model.Tests.World;

/// <summary>What people do: put, delete, load a form and save it, perhaps long after.</summary>
internal sealed class EditSteps(ModelWorld world)
{
    private const int ContentCount = 3;

    public void Put(Step step, Replica replica, ScopeState scope) =>
        Write(step, replica, scope.Versions(step.Key), ContentOf(step));

    public void Delete(Step step, Replica replica, ScopeState scope)
    {
        Version[] seen = scope.Versions(step.Key);
        if (Array.Exists(seen, version => !version.IsTombstone))
        {
            Write(step, replica, seen, Version.Tombstone);
        }
    }

    public void LoadForm(Step step, Replica replica, ScopeState scope)
    {
        Version[] versions = scope.Versions(step.Key);

        // Some editors show all siblings, some only one; the hub's rejection of one version is such an edit too.
        scope.Forms[step.Key] = step.Choice % 3 == 0 && versions.Length > 1
            ? [versions[step.Choice % versions.Length]]
            : versions;
        world.Trace?.Line($"       {world.Trace.Site(replica.Site)} loads r{step.Key}");
    }

    public void SaveForm(Step step, Replica replica, ScopeState scope)
    {
        if (scope.Forms[step.Key] is { } seen)
        {
            scope.Forms[step.Key] = null;
            Write(step, replica, seen, step.Choice % 4 == 0 ? Version.Tombstone : ContentOf(step));
        }
    }

    private void Write(Step step, Replica replica, Version[] seen, int content)
    {
        Version written = world.Writes.Put(replica, step.Scope, step.Key, content, seen);
        world.Trace?.Line(
            $"       {world.Trace.Site(replica.Site)} writes {world.Trace.Show(written)} to r{step.Key}, having seen "
            + $"[{string.Join(' ', seen.Select(version => world.Trace.Show(version.Dot)))}]");
    }

    private static int ContentOf(Step step) => 1 + (step.Choice % ContentCount);
}
