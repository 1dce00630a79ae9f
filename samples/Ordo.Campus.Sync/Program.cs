using Ordo.Campus.Sync.Commands;

return await CampusCommands.Create().Parse(args).InvokeAsync();
