using System.CommandLine;
using Ordo.Campus.Sync.Commands;

// Commands listen to Ctrl+C themselves.
return await CampusCommands.Create().Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
