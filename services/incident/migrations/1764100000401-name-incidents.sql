-- What an incident is called, and with whom it may be shared (Traffic Light Protocol 2.0).
alter table incident add column title text, add column tlp text not null default 'AMBER';
update incident set title = 'Incident ' || number;
alter table incident alter column title set not null, alter column tlp drop default;
alter table incident add constraint incident_title_check check (char_length(title) between 1 and 200);
